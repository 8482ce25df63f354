/** One zone: how its air is, what that means, and what it does to paper, side by side. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { measured } from "../air/quantity";
import { Unconfirmed } from "../air/Unconfirmed";
import type { ProbeNow } from "../api/types";
import { agoWords, figure, languageNow } from "../i18n/format";
import { sinceMs } from "../live/age";
import { Failed, Loading } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { useNow } from "../ui/useNow";
import css from "./climate.module.css";
import { useMetrics } from "./queries";
import type { Metrics, Mould, Rating, ZoneNow } from "./types";
import { useJudgementWords } from "./useJudgementWords";
import { verdictOf } from "./verdict";

type ZoneCardProps = { room: string; zone: ZoneNow; probes: ProbeNow[]; since_ms: number; today_s: number };

export function ZoneCard({ room, zone, probes, since_ms, today_s }: ZoneCardProps) {
  const { t } = useTranslation();
  const now = useNow();
  const words = useJudgementWords();
  const { temperature_c, humidity_pct, dew_point_c, ah_g_m3, judgement, age_s, probes_used } = zone.now;
  const age = age_s === null ? null : age_s + sinceMs(since_ms, now);
  const isKnown = probes_used > 0;
  return (
    <section className={css.zone} data-stale={!isKnown || undefined} data-testid={`zone-${zone.zone}`}>
      <header className="row spread">
        <h3>{zone.name[languageNow()]}</h3>
        <span className="muted">{t(`zones.kind.${zone.kind}`)}</span>
      </header>
      <div className={css.values}>
        <span>
          <Icon name="thermometer" size={18} /> {figure(temperature_c)}
          <small> °C</small>
        </span>
        <span>
          <Icon name="drop" size={18} /> {figure(humidity_pct)}
          <small> %RH</small>
        </span>
      </div>
      <div className="row">
        <Tone {...(zone.kind === "outside" && isKnown ? WATCHED : lookOf(judgement, isKnown))} testId={`zone-${zone.zone}-judgement`}>
          {!isKnown && t("zones.unused")}
          {isKnown && (zone.kind === "outside" ? t("zones.noLimits") : words(judgedOf(zone)))}
        </Tone>
      </div>
      <p className={css.small}>
        {t("zones.dewPoint", { value: measured(dew_point_c, "dew_point_c") })} · {t("zones.water", { value: figure(ah_g_m3) })}
        {isKnown && ` · ${t("zones.usedOf", { count: probes_used })}`}
        {age !== null && ` · ${agoWords(t, age)}`}
      </p>
      {zone.profile && (
        <p className={css.small}>
          <Link className="link-row" to={`/limits/${encodeURIComponent(zone.profile.id)}`}>
            {t("zones.keeps", { name: zone.profile.name[languageNow()], version: zone.profile.version })}
          </Link>{" "}
          {!zone.profile.verified && <Unconfirmed />}
        </p>
      )}
      {zone.kind !== "outside" && probes.length > 0 && <Ageing room={room} zone={zone.zone} today_s={today_s} />}
    </section>
  );
}

/** The judgement of a zone in the shape that its words are made of. */
function judgedOf({ now, profile }: ZoneNow) {
  const side = (value: number | null, quantity: "temperature_c" | "humidity_pct") => {
    const bounds = profile?.limits[quantity];
    if (value === null || !bounds) return "none" as const;
    const low = bounds.low ?? bounds.critical_low;
    const high = bounds.high ?? bounds.critical_high;
    if (low != null && value < low) return "low" as const;
    return high != null && value > high ? ("high" as const) : ("ok" as const);
  };
  return {
    judgement: now.judgement,
    temperature_judgement: side(now.temperature_c, "temperature_c"),
    humidity_judgement: side(now.humidity_pct, "humidity_pct"),
  };
}

const WATCHED = { tone: "plain", icon: "thermometer" } as const;

function lookOf(judgement: ZoneNow["now"]["judgement"], isKnown: boolean): { tone: ToneName; icon: IconName } {
  if (!isKnown || judgement === "stale" || judgement === "none") return { tone: "stale", icon: "clock" };
  return judgement === "ok" ? { tone: "open", icon: "check" } : { tone: "refused", icon: "alert" };
}

const DAY_S = 86_400;

function Ageing({ room, zone, today_s }: { room: string; zone: string; today_s: number }) {
  const year = useMetrics({ room, zone, from_s: today_s - 365 * DAY_S, to_s: today_s });
  const month = useMetrics({ room, zone, from_s: today_s - 30 * DAY_S, to_s: today_s });
  const failed = year.error ?? month.error;
  if (failed && !year.data) return <Failed error={failed} retry={() => void year.refetch()} />;
  if (!year.data || !month.data) return <Loading />;
  return <SideBySide year={year.data} month={month.data} room={room} zone={zone} />;
}

const RATED: Record<Rating, ToneName> = { good: "open", ok: "moving", risk: "refused" };

function SideBySide({ year, month, room, zone }: { year: Metrics; month: Metrics; room: string; zone: string }) {
  const { t } = useTranslation();
  const share = month.shares.both;
  const verdict = verdictOf(share, year.rating);
  if (year.coverage_pct === 0) return <p className={css.small}>{t("zones.unknown")}</p>;
  return (
    <>
      <dl className={css.sides} data-testid={`ageing-${zone}`}>
        <div>
          <dt>{t("zones.share30")}</dt>
          <dd>
            <strong>{share === null ? "–" : `${figure(share)} %`}</strong>
          </dd>
        </div>
        <div>
          <dt>{t("zones.twpi")}</dt>
          <dd>
            <strong>{year.twpi_y === null ? "–" : t("zones.years", { value: figure(year.twpi_y, 0) })}</strong>{" "}
            {year.rating && (
              <Tone tone={RATED[year.rating]} icon={year.rating === "good" ? "check" : "alert"}>
                {t(`zones.rating.${year.rating}`)}
              </Tone>
            )}
          </dd>
        </div>
      </dl>
      {verdict && (
        <p className={css.verdict} data-verdict={verdict} data-testid={`verdict-${zone}`}>
          <Icon name={verdict === "well" ? "check" : "alert"} size={18} />
          <span>
            {verdict === "ageing" && t("zones.agesYet")}
            {verdict === "well" && t("zones.bothWell")}
            {verdict === "breaks" && t("zones.breaks", { pct: figure(100 - (share ?? 0)) })}
          </span>
        </p>
      )}
      {year.mould && <Moulds mould={year.mould} />}
      <p className={css.small}>
        {year.coverage_pct < 80 ? t("zones.fewData", { pct: figure(year.coverage_pct, 0) }) : t("zones.coverage", { pct: figure(year.coverage_pct, 0) })}
        {" · "}
        <Link to={`/climate/figures?room=${room}&of=zone:${zone}`}>{t("zones.allFigures")}</Link>
      </p>
    </>
  );
}

/** The surface of coated paper, the one that limits are set by. */
const SENSITIVE = "s";

/** Both models, each by its own name. */
export function Moulds({ mould }: { mould: Mould }) {
  const { t } = useTranslation();
  const { mrf, mrf_warning, vtt, vtt_most } = mould;
  return (
    <dl className={css.sides} title={t("zones.mouldNote")}>
      <div>
        <dt>{t("zones.mouldIpi")}</dt>
        <dd>
          <strong>{figure(mrf, 2)}</strong> <Unconfirmed />{" "}
          {mrf >= mrf_warning && <Icon name="alert" size={16} />}
        </dd>
      </div>
      <div>
        <dt>{t("zones.mouldVtt")}</dt>
        <dd>
          <strong>{t("zones.mouldOf", { value: figure(vtt[SENSITIVE], 1), most: 6 })}</strong>{" "}
          <span className="muted">{t("zones.mouldMost", { value: figure(vtt_most[SENSITIVE], 1) })}</span>
        </dd>
      </div>
    </dl>
  );
}
