/** The whole of a text that the page shows shortened; nothing where it is short. */

import { useTranslation } from "react-i18next";
import "../i18n/tags";
import css from "./scan.module.css";
import { shown } from "./shown";

export function WholeText({ text }: { text: string }) {
  const { t } = useTranslation();
  if (shown(text) === text) return null;
  return (
    <details className={css.whole} data-testid="whole-text">
      <summary>{t("scan.whole")}</summary>
      <div className="code">{text}</div>
    </details>
  );
}
