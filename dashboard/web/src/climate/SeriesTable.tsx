/** The table twin of the chart: lowest, highest and mean, then values over time. */

import { useTranslation } from "react-i18next";
import type { Series } from "../api/types";
import { exactMoment, figure } from "../i18n/format";
import css from "./climate.module.css";
import { type Band, type Limits, summarise, thinned } from "./limits";

export function SeriesTable({ series, limits }: { series: Series; limits: Limits }) {
  const { t } = useTranslation();
  const temperature = summarise(series, 1);
  const humidity = summarise(series, 2);
  const rows = [
    [t("work.climate.lowest"), temperature?.lowest, humidity?.lowest],
    [t("work.climate.highest"), temperature?.highest, humidity?.highest],
    [t("work.climate.mean"), temperature?.mean, humidity?.mean],
  ] as const;
  return (
    <div className={css.tableScroll} tabIndex={0} role="region" aria-label={t("common.view.table")}>
      <table className="table" data-testid="series-table">
        <thead>
          <tr>
            <th>{t("work.climate.time")}</th>
            <th className="num">{t("work.climate.temperature")} °C</th>
            <th className="num">{t("work.climate.humidity")} %</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t("work.climate.limits")}</th>
            <td className="num">{bandWords(limits.temperature_c)}</td>
            <td className="num">{bandWords(limits.humidity_pct)}</td>
          </tr>
          {rows.map(([name, warm, wet]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="num">{figure(warm)}</td>
              <td className="num">{figure(wet)}</td>
            </tr>
          ))}
          {thinned(series, 60)
            .reverse()
            .map(([at_s, warm, wet]) => (
              <tr key={at_s}>
                <td className="nowrap">{exactMoment(new Date(at_s * 1000).toISOString())}</td>
                <td className="num">{figure(warm)}</td>
                <td className="num">{figure(wet)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function bandWords({ low, high }: Band): string {
  return low === null && high === null ? "–" : `${figure(low, 0)} – ${figure(high, 0)}`;
}
