/** All figures of a period as rows: value, what it says, and what is unconfirmed. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { measured, quantityName } from "../air/quantity";
import { Unconfirmed } from "../air/Unconfirmed";
import { figure } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { Icon } from "../ui/icons";
import { Tone } from "../ui/Tone";
import type { Extremes, Rating, Summary } from "./types";

type Row = { key: string; name: string; value: ReactNode; why?: string; unconfirmed?: boolean };

export function FiguresTable({ of: summary }: { of: Summary }) {
  const { t } = useTranslation();
  const rows = [...useAirRows(summary), ...useAgeingRows(summary), ...useMouldRows(summary)];
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("figures.title")}>
      <table className="table" data-testid="figures">
        <thead>
          <tr>
            <th>{t("figures.figure")}</th>
            <th>{t("figures.value")}</th>
            <th>{t("figures.meaning")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, value, why, unconfirmed }) => (
            <tr key={key} data-testid={`figure-${key}`}>
              <th scope="row">{name}</th>
              <td>{value}</td>
              <td>
                {why} {unconfirmed && <Unconfirmed />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function useAirRows(of: Summary): Row[] {
  const { t } = useTranslation();
  const extremes = (quantity: string, { mean, least, most }: Extremes) => (
    <>
      <strong>{measured(mean, quantity)}</strong>
      <div className="muted">{t("figures.range", { least: measured(least, quantity), most: measured(most, quantity) })}</div>
    </>
  );
  return [
    { key: "coverage", name: t("figures.coverage"), value: <strong>{figure(of.coverage_pct)} %</strong>, why: t("figures.coverageWhy") },
    { key: "temperature", name: t("figures.temperature"), value: extremes("temperature_c", of.temperature_c) },
    { key: "humidity", name: t("figures.humidity"), value: extremes("humidity_pct", of.humidity_pct) },
    { key: "dew", name: t("figures.dewPoint"), value: measured(of.dew_point_c, "dew_point_c"), why: t("figures.dewPointWhy") },
    { key: "water", name: t("figures.absolute"), value: `${figure(of.absolute_g_m3, 2)} g/m³`, why: t("figures.absoluteWhy") },
  ];
}

function useAgeingRows(of: Summary): Row[] {
  const { t } = useTranslation();
  const years = (value: number | null) => (value === null ? "–" : t("figures.years", { value: figure(value) }));
  const pct = (value: number | null) => (value === null ? "–" : `${figure(value)} %`);
  const swings = Object.entries(of.swing).map(([quantity, { limit, days, half_range_pct, range_pct }]) => ({
    key: `swing-${quantity}`,
    name: t("figures.swing", { quantity: quantityName(t, quantity) }),
    value: (
      <>
        <div>{t("figures.swingHalf", { limit: measured(limit, quantity), pct: figure(half_range_pct) })}</div>
        <div>{t("figures.swingRange", { limit: measured(limit, quantity), pct: figure(range_pct) })}</div>
      </>
    ),
    why: t("figures.swingDays", { count: days }),
  }));
  const { both, temperature, humidity } = of.shares;
  const shares: Row = {
    key: "shares",
    name: t("figures.shares"),
    value: <strong>{pct(both)}</strong>,
    why: t("figures.sharesPair", { t: pct(temperature), rh: pct(humidity) }),
  };
  return [
    ...(both === null && temperature === null && humidity === null ? [] : [shares]),
    {
      key: "twpi",
      name: t("figures.twpi"),
      value: (
        <>
          <strong>{years(of.twpi_y)}</strong> <Rated rating={of.rating} />
        </>
      ),
      why: t("figures.twpiWhy"),
    },
    { key: "pi", name: t("figures.pi"), value: years(of.pi_mean_y), why: t("figures.piWhy") },
    { key: "elm", name: t("figures.elm"), value: figure(of.elm, 2), why: t("figures.elmWhy") },
    { key: "emc", name: t("figures.emc"), value: <Moisture of={of} />, why: t("figures.emcWhy") },
    ...swings,
  ];
}

function useMouldRows({ mould, band }: Summary): Row[] {
  const { t } = useTranslation();
  const rows: Row[] = [];
  if (mould) {
    rows.push({
      key: "mrf",
      name: t("figures.mrf"),
      value: (
        <>
          <strong>{figure(mould.mrf, 2)}</strong> {mould.mrf >= mould.mrf_warning && <Icon name="alert" size={16} />}
        </>
      ),
      why: t("figures.mrfWhy", { warning: mould.mrf_warning }),
      unconfirmed: true,
    });
    rows.push({ key: "vtt", name: t("figures.vtt"), value: <Surfaces mould={mould} />, why: t("figures.vttWhy") });
  }
  rows.push({
    key: "band",
    name: t("figures.band"),
    value: band ? `${figure(band.least_pct)} … +${figure(band.most_pct)} %RH`.replace("-", "−") : t("figures.bandNone"),
    why: [t("figures.bandWhy"), band && !band.is_whole_year ? t("figures.bandPart") : ""].join(" "),
  });
  return rows;
}

/** The moisture, and what it means for paper and for metal: two risks, side by side. */
function Moisture({ of: { emc_pct, emc_rating } }: { of: Summary }) {
  const { t } = useTranslation();
  return (
    <>
      {emc_pct === null ? "–" : `${figure(emc_pct)} %`}
      {(["mechanical", "corrosion"] as const).map((risk) => (
        <div key={risk} data-testid={`emc-${risk}`}>
          {emc_rating && (
            <>
              {t(`figures.emcFor.${risk}`)} <Rated rating={emc_rating[risk]} />
            </>
          )}
        </div>
      ))}
    </>
  );
}

function Surfaces({ mould }: { mould: NonNullable<Summary["mould"]> }) {
  const { t } = useTranslation();
  return Object.entries(mould.vtt).map(([surface, index]) => (
    <div key={surface}>
      {sayIf(t, "figures.surface", surface) ?? surface}: <strong>{figure(index, 2)}</strong>{" "}
      <span className="muted">{t("figures.vttMost", { value: figure(mould.vtt_most[surface], 2) })}</span>
    </div>
  ));
}

const TONES = { good: "open", ok: "moving", risk: "refused" } as const;

/** A rating as icon and word. */
export function Rated({ rating }: { rating: Rating | null }) {
  const { t } = useTranslation();
  if (rating === null) return null;
  return (
    <Tone tone={TONES[rating]} icon={rating === "good" ? "check" : "alert"}>
      {t(`figures.rating.${rating}`)}
    </Tone>
  );
}

/** From where the figures are. */
export function Sources({ sources }: { sources: string[] }) {
  const { t } = useTranslation();
  return (
    <details>
      <summary>{t("figures.sources")}</summary>
      <ul lang="en">
        {sources.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </details>
  );
}
