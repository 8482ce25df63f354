/** How old a reading is and what it is worth, as the room told it and as it aged since. */

import { useTranslation } from "react-i18next";
import type { Quality } from "../api/types";
import { figure, spanWords } from "../i18n/format";
import { say } from "../i18n/say";
import type { BankLook } from "./look";
import css from "./room.module.css";

type ReadAgoProps = { read: { age_ms?: number | null; quality?: Quality | null }; look: BankLook };

export function ReadAgo({ read: { age_ms = null, quality = null }, look }: ReadAgoProps) {
  const { t } = useTranslation();
  if (age_ms === null && quality === null) return <>–</>;
  const live = look.tone === "live";
  const worth = quality === "good" && !live ? "stale" : quality;
  const words = worth && t(`common.quality.${worth}`);
  return (
    <span className={css.readAgo} data-quality={worth ?? undefined} data-testid="read-ago">
      {[age_ms === null ? null : agoOf(age_ms / 1000 + (live ? 0 : (look.age_s ?? 0))), words].filter(Boolean).join(" · ")}
    </span>
  );

  function agoOf(age_s: number): string {
    const age = age_s < 10 ? say(t, "common.age.span_s", { count: figure(age_s) }) : spanWords(t, age_s);
    return t("common.age.ago", { age });
  }
}
