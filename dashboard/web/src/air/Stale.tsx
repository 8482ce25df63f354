/** Says that what is shown is old, because nothing is heard of the controller. */

import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { exactMoment } from "../i18n/format";
import { useStreamState } from "../live/LiveProvider";
import { Icon } from "../ui/icons";

type Asked = { data: unknown; isError: boolean; dataUpdatedAt: number };

export function Stale({ of }: { of: Asked }) {
  const { t } = useTranslation();
  const stream = useStreamState();
  if (of.data === undefined || (!of.isError && stream !== "down")) return null;
  return (
    <Alert color="gray" variant="light" icon={<Icon name="clock" />} role="status" data-testid="stale">
      {t("air.stale", { when: exactMoment(new Date(of.dataUpdatedAt).toISOString()) })}
    </Alert>
  );
}
