/** Temperature and humidity over time, each with the band of its limits. Loaded when looked at. */

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { SeriesOf } from "../api/types";
import { inSiteTime } from "../i18n/format";
import { siteZone } from "../i18n/zone";
import { useScheme } from "../ui/useScheme";
import { useSize } from "../ui/useSize";
import css from "./climate.module.css";
import type { Band, Limits } from "./limits";
import { markLabels, markSteps, withHoles } from "./series";

const HEIGHT = 190;

export function Chart({ series, limits }: { series: SeriesOf; limits: Limits }) {
  const { t } = useTranslation();
  const [watch, { width }] = useSize();
  const rows = [
    { column: 1, label: t("work.climate.temperature"), unit: "°C", band: limits.temperature_c, colour: "--sr-warm" },
    { column: 2, label: t("work.climate.humidity"), unit: "%", band: limits.humidity_pct, colour: "--sr-target" },
  ] as const;
  return (
    <div ref={watch} className={css.charts} data-testid="climate-chart">
      {width > 0 &&
        rows.map((row) => (
          <figure key={row.column} className={css.figure}>
            <figcaption>
              {row.label} <span className="muted">{row.unit}</span>
            </figcaption>
            <Plot series={series} width={width} {...row} />
          </figure>
        ))}
    </div>
  );
}

type PlotProps = {
  series: SeriesOf;
  column: 1 | 2;
  label: string;
  unit: string;
  band: Band;
  colour: string;
  width: number;
};

function Plot({ series, column, label, unit, band, colour, width }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const { t, i18n } = useTranslation();
  const { scheme } = useScheme();
  useEffect(() => {
    const node = host.current;
    if (!node) return;
    const plot = new uPlot(options({ series, width, label, unit, band, colour, time: t("work.climate.time") }), columns(series, column), node);
    return () => plot.destroy();
  }, [series, column, label, unit, band, colour, width, t, i18n.language, scheme]);
  return <div ref={host} role="img" aria-label={`${label} ${unit}`} />;
}

/** A colour of the page as it is now, light or dark; a canvas knows no variables. */
const painted = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function columns(series: SeriesOf, column: 1 | 2): uPlot.AlignedData {
  const points = withHoles(series.points);
  return [points.map((point) => point[0]), points.map((point) => point[column])];
}

function options(of: Omit<PlotProps, "column"> & { time: string }): uPlot.Options {
  const { from_s, to_s } = of.series;
  const format = inSiteTime({ month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
  return {
    width: of.width,
    height: HEIGHT,
    cursor: { y: false },
    tzDate: (at_s) => uPlot.tzDate(new Date(at_s * 1000), siteZone()),
    scales: { x: { range: [from_s, to_s] }, y: { range: (_, low, high) => spread(low, high, of.band) } },
    axes: [
      { stroke: painted("--sr-muted"), grid: { stroke: painted("--sr-grid") }, values: timeLabels(), incrs: markSteps(from_s, to_s), space: 64 },
      { stroke: painted("--sr-muted"), grid: { stroke: painted("--sr-grid") }, size: 52 },
    ],
    series: [
      { label: of.time, value: (_, at_s) => (at_s === null ? "" : format.format(at_s * 1000)) },
      {
        label: of.label,
        stroke: painted(of.colour),
        width: 2,
        points: { show: false },
        value: (_, value) => (value === null ? "–" : `${value.toFixed(1)} ${of.unit}`),
      },
    ],
    hooks: { drawClear: [(plot) => drawBand(plot, of.band)] },
  };
}

/** Leave room around the values and keep the limits in sight. */
function spread(low: number | null, high: number | null, band: Band): [number, number] {
  const all = [low, high, band.low, band.high].filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (all.length === 0) return [0, 1];
  const margin = Math.max(1, (Math.max(...all) - Math.min(...all)) * 0.08);
  return [Math.min(...all) - margin, Math.max(...all) + margin];
}

/** Within a day the hour, and the date at midnight; beyond it the date alone. */
function timeLabels(): uPlot.Axis.DynamicValues {
  const day = inSiteTime({ month: "numeric", day: "numeric" });
  const hour = inSiteTime({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const word = (at_s: number, by_day: boolean) => {
    const clock = hour.format(at_s * 1000);
    return by_day || clock === "00:00" ? day.format(at_s * 1000) : clock;
  };
  return (_, marks, __, ___, step_s) => markLabels(marks, (at_s) => word(at_s, step_s >= 86_400));
}

/** Paint the band between the limits, so that leaving it is seen at once. */
function drawBand(plot: uPlot, band: Band): void {
  if (band.low === null && band.high === null) return;
  const { left, top, width, height } = plot.bbox;
  const upper = band.high === null ? top : plot.valToPos(band.high, "y", true);
  const lower = band.low === null ? top + height : plot.valToPos(band.low, "y", true);
  const from = Math.max(top, upper);
  const to = Math.min(top + height, lower);
  plot.ctx.save();
  plot.ctx.fillStyle = "rgba(31, 122, 61, 0.10)";
  plot.ctx.fillRect(left, from, width, Math.max(0, to - from));
  plot.ctx.strokeStyle = "rgba(31, 122, 61, 0.6)";
  plot.ctx.setLineDash([6, 4]);
  for (const y of [upper, lower]) {
    if (y <= top || y >= top + height) continue;
    plot.ctx.beginPath();
    plot.ctx.moveTo(left, y);
    plot.ctx.lineTo(left + width, y);
    plot.ctx.stroke();
  }
  plot.ctx.restore();
}
