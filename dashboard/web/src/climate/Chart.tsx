/** Temperature and humidity over time, each with the band of its limits. Loaded when looked at. */

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Series } from "../api/types";
import { languageNow } from "../i18n/format";
import { useSize } from "../ui/useSize";
import css from "./climate.module.css";
import type { Band, Limits } from "./limits";

const HEIGHT = 190;

export default function Chart({ series, limits }: { series: Series; limits: Limits }) {
  const { t } = useTranslation();
  const [watch, { width }] = useSize();
  const rows = [
    { column: 1, label: t("work.climate.temperature"), unit: "°C", band: limits.temperature_c, colour: "#9c3d10" },
    { column: 2, label: t("work.climate.humidity"), unit: "%", band: limits.humidity_pct, colour: "#1d4f91" },
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
  series: Series;
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
  useEffect(() => {
    const node = host.current;
    if (!node) return;
    const plot = new uPlot(options({ width, label, unit, band, colour, time: t("work.climate.time") }), columns(series, column), node);
    return () => plot.destroy();
  }, [series, column, label, unit, band, colour, width, t, i18n.language]);
  return <div ref={host} role="img" aria-label={`${label} ${unit}`} />;
}

function columns(series: Series, column: 1 | 2): uPlot.AlignedData {
  return [series.points.map((point) => point[0]), series.points.map((point) => point[column])];
}

function options(of: Omit<PlotProps, "series" | "column"> & { time: string }): uPlot.Options {
  const locale = languageNow() === "zh" ? "zh-CN" : "en-GB";
  const format = new Intl.DateTimeFormat(locale, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return {
    width: of.width,
    height: HEIGHT,
    cursor: { y: false },
    scales: { y: { range: (_, low, high) => spread(low, high, of.band) } },
    axes: [
      { stroke: "#545d67", grid: { stroke: "#e6e3db" }, values: timeLabels(locale) },
      { stroke: "#545d67", grid: { stroke: "#e6e3db" }, size: 52 },
    ],
    series: [
      { label: of.time, value: (_, at_s) => (at_s === null ? "" : format.format(at_s * 1000)) },
      {
        label: of.label,
        stroke: of.colour,
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

function timeLabels(locale: string): uPlot.Axis.DynamicValues {
  return (_, splits, __, ___, step_s) => {
    const parts: Intl.DateTimeFormatOptions =
      step_s >= 86_400 ? { month: "numeric", day: "numeric" } : { hour: "2-digit", minute: "2-digit", hour12: false };
    const format = new Intl.DateTimeFormat(locale, parts);
    return splits.map((at_s) => format.format(at_s * 1000));
  };
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
