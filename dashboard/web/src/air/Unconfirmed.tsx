/** Marks a figure that nobody has compared with its source yet. */

import { useTranslation } from "react-i18next";
import { Icon } from "../ui/icons";
import css from "./air.module.css";

export function Unconfirmed() {
  const { t } = useTranslation();
  return (
    <span className={css.unconfirmed} title={t("air.unconfirmedLong")} data-testid="unconfirmed">
      <Icon name="question" size={15} /> {t("air.unconfirmed")}
    </span>
  );
}
