/** A failure about the air in its own words, else in those of all failures. */

import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/client";
import { sayIf } from "../i18n/say";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";

export function AirProblem({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const key = error instanceof Problem ? lastPart(error.code) : "";
  const params = error instanceof Problem ? error.params : {};
  const words = sayIf(t, "loggers.code", key, params) ?? sayIf(t, "zones.problem", key, params);
  if (words === null) return <Failed error={error} />;
  return (
    <Alert color="red" variant="light" icon={<Icon name="alert" />} title={t("people.problem.title")} role="alert" data-testid="problem">
      {words}
    </Alert>
  );
}

export const lastPart = (code: string) => code.slice(code.lastIndexOf(".") + 1);
