/** What belongs on the shelf from left to right, and how far each box is. */

import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "../ui/icons";
import css from "./pairing.module.css";
import type { Mark, Marked } from "./pair";

const ICON: Record<Mark, IconName> = { paired: "check", next: "arrowRight", open: "clock", other: "swap" };

export function Expected({ rows }: { rows: Marked[] }) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <section className="panel panel-pad" aria-labelledby="expected">
      <h2 id="expected">{t("pairing.shelf.expected")}</h2>
      <ol className={css.expected} data-testid="pair-expected">
        {rows.map(({ code, title, mark }) => (
          <li key={code} data-mark={mark} data-code={code} aria-current={mark === "next" ? "step" : undefined}>
            <Icon name={ICON[mark]} size={20} />
            <span className="code">{code}</span>
            <span className={css.grow}>{title}</span>
            <span className="muted">{t(`pairing.shelf.mark.${mark}`)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
