/** A failed call about tags or shelves, said where it was made. */

import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/icons";
import { tagProblem } from "./problem";

export function Failure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" variant="light" icon={<Icon name="alert" />} role="alert" data-testid="problem">
      {tagProblem(t, error)}
    </Alert>
  );
}
