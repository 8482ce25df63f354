/** Limits on record that cannot be applied, and what is wrong with them. */

import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Flaw } from "../air/types";
import { Icon } from "../ui/icons";

export function Flawed({ id, version, flaws }: { id: string; version: number; flaws: Flaw[] }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="red"
      variant="light"
      icon={<Icon name="alert" />}
      title={t("limits.flawed", { id, version })}
      role="alert"
      data-testid={`flawed-${id}`}
    >
      <p>{t("limits.flawedLong")}</p>
      <ul>
        {flaws.map((one) => (
          <li key={`${one.place} ${one.allowed}`}>
            <code>{one.place}</code>: <code>{one.value}</code> · {t("limits.flawedSays")} <span lang="en">{one.allowed}</span>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
