/** "Why can't it move?": the verdict, and every reason in a full sentence. */

import { useTranslation } from "react-i18next";
import { offlineReason } from "../i18n/codes";
import type { BankLook } from "../room/look";
import { Icon, type IconName } from "../ui/icons";
import { type Hindrance, verdict, type Weight } from "./hindrance";
import css from "./shelving.module.css";
import { hindranceWords } from "./words";

const ICON: Record<Weight | "free", IconName> = {
  free: "check",
  limits: "turn",
  at_bank: "person",
  blocks: "alert",
  moving: "arrowRight",
  stale: "offline",
};

export function WhyPanel({ found, look }: { found: Hindrance[]; look: BankLook }) {
  const { t } = useTranslation();
  const weight = verdict(found);
  return (
    <section className={`panel ${css.why}`} data-weight={weight} data-testid="why" aria-live="polite">
      <header>
        <Icon name={ICON[weight]} size={26} />
        <div>
          <h2>{t("shelving.why.title")}</h2>
          <strong data-testid="why-verdict">{t(`shelving.why.head.${weight}`)}</strong>
        </div>
      </header>
      {found.length > 0 && (
        <ul>
          {found.map((one, index) => (
            <li key={index} data-testid="why-reason" data-says={one.says} data-weight={one.weight}>
              <Icon name={ICON[one.weight]} size={18} />
              <span>{hindranceWords(t, one)}</span>
            </li>
          ))}
          {look.tone === "offline" && look.why && (
            <li>
              <Icon name="offline" size={18} />
              <span title={look.why}>{offlineReason(t, look.why)}</span>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

