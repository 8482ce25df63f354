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

export function ProbeTile({ probe, small = false, chosen = false, onChoose }: ProbeTileProps) {
  const { t } = useTranslation();
  const words = useJudgementWords();
  const now = useNow();
  const stale = isStale(probe);
  const name = probe.name[languageNow()];
  const body = (
    <>
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
    </>
  );
  const common = { className: css.tile, "data-stale": stale || undefined, "data-testid": `probe-${probe.id}` };
  if (small || !onChoose) return <div {...common} data-small={small || undefined}>{body}</div>;
  return (
    <button
      type="button"
      {...common}
      aria-pressed={chosen}
      title={t("work.climate.show", { probe: name })}
      onClick={onChoose}
    >
      {body}
    </button>
  );
}

type ProbeTileProps = {
  probe: ProbeNow;
  small?: boolean;
  chosen?: boolean;
  onChoose?: () => void;
};

function isStale(probe: ProbeNow): boolean {
  return !probe.online || probe.judgement === "stale" || probe.judgement === "none";
}

function toneOf(probe: ProbeNow): ToneName {
  if (!probe.online) return "offline";
  if (isStale(probe)) return "stale";
  return probe.judgement === "ok" ? "plain" : "refused";
}
