/** What one probe says now, whether that is right, and how old it is. */

import { useTranslation } from "react-i18next";
import type { ProbeNow } from "../api/types";
import { agoWords, figure, languageNow } from "../i18n/format";
import { sinceMs } from "../live/age";
import { Icon } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { useNow } from "../ui/useNow";
import css from "./climate.module.css";
import { useJudgementWords } from "./useJudgementWords";

export function ProbeTile({ probe, small = false }: { probe: ProbeNow; small?: boolean }) {
  const { t } = useTranslation();
  const words = useJudgementWords();
  const now = useNow();
  const stale = isStale(probe);
  const name = probe.name[languageNow()];
  return (
    <div
      className={css.tile}
      data-stale={stale || undefined}
      data-small={small || undefined}
      data-testid={`probe-${probe.id}`}
    >
      <span className={css.tileName}>{name}</span>
      <span className={css.values}>
        <span>
          <Icon name="thermometer" size={18} />
          {figure(probe.temperature_c)}
          <small> °C</small>
        </span>
        <span>
          <Icon name="drop" size={18} />
          {figure(probe.humidity_pct, 0)}
          <small> %</small>
        </span>
      </span>
      <Tone tone={toneOf(probe)}>{probe.online ? words(probe) : t("work.climate.offline")}</Tone>
      <span className={css.tileAge}>{probe.since_ms === null ? t("common.age.never") : agoWords(t, sinceMs(probe.since_ms, now))}</span>
    </div>
  );
}

export function isStale(probe: ProbeNow): boolean {
  return !probe.online || probe.judgement === "stale" || probe.judgement === "none";
}

export function toneOf(probe: ProbeNow): ToneName {
  if (!probe.online) return "offline";
  if (isStale(probe)) return "stale";
  return probe.judgement === "ok" ? "plain" : "refused";
}
