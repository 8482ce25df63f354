/** The table twin of the chart: limits, lowest, highest and mean, then values over time. */

import { useTranslation } from "react-i18next";
import { measured, QUANTITIES, quantityName } from "../air/quantity";
import { BOUNDS } from "../limits/rules";
import { exactMoment } from "../i18n/format";
import { type LimitSpan, type Line, rangeOf, thinned } from "./chart";
import css from "./chart.module.css";
import type { Series } from "./types";

const ROWS = 60;
type ChartTableProps = { lines: Record<string, Line[]>; limits: Record<string, LimitSpan[]>; step: Series["step"] };

export function ChartTable({ lines, limits, step }: ChartTableProps) {
  const { t } = useTranslation();
  const columns = Object.entries(lines).flatMap(([quantity, several]) => several.map((line) => ({ quantity, line, many: several.length > 1 })));
  const rows = rowsOf(columns.map(({ line }) => line));
  return (
    <div className={css.tableScroll} tabIndex={0} role="region" aria-label={t("common.view.table")}>
      <table className="table" data-testid="series-table">
        <caption>{t(`chart.step.${step}`)}</caption>
        <thead>
          <tr>
            <th>{t("chart.time")}</th>
            {columns.map(({ quantity, line, many }) => (
              <th key={`${quantity} ${line.probe}`} className="num">
                {quantityName(t, quantity)} {QUANTITIES[quantity]?.unit}
                {many && <div>{line.name}</div>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t("chart.limits")}</th>
            {columns.map(({ quantity, line }) => (
              <td key={`${quantity} ${line.probe}`} className="num">
                <Bounds quantity={quantity} spans={limits[quantity] ?? []} />
              </td>
            ))}
          </tr>
          {columns.some(({ line }) => line.mouldLimit.length > 0) && (
            <tr data-testid="mould-limit">
              <th scope="row">{t("chart.mouldAbove")}</th>
              {columns.map(({ quantity, line }) => (
                <td key={`${quantity} ${line.probe}`} className="num">
                  {line.mouldLimit.length > 0 ? measured(Math.min(...line.mouldLimit.map(([, value]) => value)), quantity) : "–"}
                </td>
              ))}
            </tr>
          )}
          {(["low", "high", "mean"] as const).map((part) => (
            <tr key={part}>
              <th scope="row">{t(part === "mean" ? "chart.mean" : part === "low" ? "chart.lowest" : "chart.highest")}</th>
              {columns.map(({ quantity, line }) => (
                <td key={`${quantity} ${line.probe}`} className="num">
                  {measured(rangeOf([line])?.[part], quantity)}
                </td>
              ))}
            </tr>
          ))}
          {rows.map(({ at_s, values }) => (
            <tr key={at_s}>
              <td className="nowrap">{exactMoment(new Date(at_s * 1000).toISOString())}</td>
              {columns.map(({ quantity, line }, index) => (
                <td key={`${quantity} ${line.probe}`} className="num">
                  {measured(values[index], quantity)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The moments of the first line, thinned, the newest first, with what each line says last by then. */
function rowsOf(lines: Line[]): { at_s: number; values: (number | undefined)[] }[] {
  const longest = lines.toSorted((a, b) => b.bands.length - a.bands.length)[0];
  const moments = thinned(longest?.bands ?? [], ROWS).map(([at_s]) => at_s);
  const apart_s = (moments[1] ?? 0) - (moments[0] ?? 0) || 3600;
  return moments
    .map((at_s) => ({
      at_s,
      values: lines.map(({ bands }) => {
        const found = bands.findLast((band) => band[0] <= at_s);
        return found && at_s - found[0] <= apart_s ? found[1] : undefined;
      }),
    }))
    .reverse();
}

function Bounds({ quantity, spans }: { quantity: string; spans: LimitSpan[] }) {
  const { t } = useTranslation();
  if (spans.length === 0) return <>–</>;
  return spans.map(({ from_s, bounds }) => (
    <div key={from_s}>
      {spans.length > 1 && `${exactMoment(new Date(from_s * 1000).toISOString())}: `}
      {BOUNDS.filter((one) => bounds[one] !== undefined)
        .map((one) => `${t(`chart.bound.${one}`)} ${measured(bounds[one], quantity)}`)
        .join(" · ")}
    </div>
  ));
}
