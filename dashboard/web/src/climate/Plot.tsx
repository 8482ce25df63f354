/** One quantity over time: lines with their lowest and highest, limits, gaps and events. Loaded when looked at. */

import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { measured, QUANTITIES, quantityName } from "../air/quantity";
import { exactMoment, inSiteTime } from "../i18n/format";
import { siteZone } from "../i18n/zone";
import { useScheme } from "../ui/useScheme";
import css from "./chart.module.css";
import { type Columns, isLong, type LimitSpan, type Line, markLabels, markSteps, monthMarks, spread, withHoles } from "./chart";
import type { ChartEvent } from "./events";
import { DASHES, paintEvents, paintGaps, painted, paintLimits, paintMouldLimit, strokeOf } from "./paint";

export type PlotProps = {
  quantity: string;
  name: string;
  lines: Line[];
  limits: LimitSpan[];
  events: ChartEvent[];
  from_s: number;
  to_s: number;
  width: number;
  onMove: (by: number) => void;
};

const HEIGHT = 210;

export function Plot(props: PlotProps) {
  const { quantity, name, lines, limits, events, from_s, to_s, width, onMove } = props;
  const { t, i18n } = useTranslation();
  const { scheme } = useScheme();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    const node = host.current;
    if (!node) return;
    const made = new uPlot(options({ quantity, lines, limits, events, from_s, to_s, width }, setAt), columns(lines), node);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [quantity, lines, limits, events, from_s, to_s, width, i18n.language, scheme]);
  const step = (by: number) => {
    const made = plot.current;
    const moments = made?.data[0];
    if (!made || !moments || moments.length === 0) return;
    const next = Math.min(Math.max((made.cursor.idx ?? (by > 0 ? -1 : moments.length)) + by, 0), moments.length - 1);
    made.setCursor({ left: made.valToPos(moments[next] as number, "x"), top: 10 });
  };
  const onKey = (event: React.KeyboardEvent) => {
    const acts: Record<string, () => void> = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      PageUp: () => onMove(-1),
      PageDown: () => onMove(1),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const label = t("chart.label", { quantity: quantityName(t, quantity), name, help: t("chart.help") });
  return (
    <figure className={css.figure} data-testid={`plot-${quantity}`}>
      <figcaption className={css.caption}>
        <span>
          {quantityName(t, quantity)} <span className="muted">{QUANTITIES[quantity]?.unit}</span>
        </span>
        <span className={css.readout} aria-live="polite">
          <Readout quantity={quantity} lines={lines} plot={plot.current} index={at} />
        </span>
      </figcaption>
      <div ref={host} className={css.plot} role="img" aria-label={label} tabIndex={0} onKeyDown={onKey} />
    </figure>
  );
}

type ReadoutProps = { quantity: string; lines: Line[]; plot: uPlot | null; index: number | null };

function Readout({ quantity, lines, plot, index }: ReadoutProps) {
  const { t } = useTranslation();
  const at_s = index === null ? undefined : plot?.data[0][index];
  if (index === null || at_s === undefined) return null;
  const value = (line: number, part: number) => plot?.data[1 + 3 * line + part]?.[index] ?? null;
  return (
    <>
      {exactMoment(new Date(at_s * 1000).toISOString())}
      {lines.map((line, place) => {
        const [mean, low, high] = [0, 1, 2].map((part) => value(place, part));
        if (mean === null && lines.length > 1) return null;
        const range = low !== high && low !== null ? ` (${measured(low, quantity)} – ${measured(high, quantity)})` : "";
        return (
          <span key={line.probe}>
            {lines.length > 1 && `${line.name} `}
            <strong>{mean === null ? t("chart.gap") : measured(mean, quantity)}</strong>
            {range}
          </span>
        );
      })}
    </>
  );
}

/** One set of moments for all lines; where a line has none of its own it goes on. */
function columns(lines: Line[]): uPlot.AlignedData {
  const tables = lines.map(({ bands, gaps }) => withHoles(bands, gaps) as uPlot.AlignedData);
  const [only] = tables;
  if (tables.length === 0) return [[]];
  if (tables.length === 1 && only) return only;
  return uPlot.join(tables, tables.map((table: Columns | uPlot.AlignedData) => table.map(() => KEEP_HOLES)));
}

/** How uPlot joins: a hole of ours stays one, a moment of another line is passed over. */
const KEEP_HOLES = 1;

type Options = Omit<PlotProps, "name" | "onMove">;

function options(of: Options, onCursor: (index: number | null) => void): uPlot.Options {
  const { quantity, lines, limits, events, from_s, to_s } = of;
  const axis = { stroke: painted("--sr-muted"), grid: { stroke: painted("--sr-grid") }, ticks: { stroke: painted("--sr-grid") } };
  const bounds = limits.flatMap(({ bounds: { low, high } }) => [low, high].filter((one) => one !== undefined));
  const mould = lines.flatMap(({ mouldLimit }) => mouldLimit.map(([, value]) => value));
  return {
    width: of.width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    tzDate: (at_s) => uPlot.tzDate(new Date(at_s * 1000), siteZone()),
    scales: { x: { range: [from_s, to_s] }, y: { range: (_, low, high) => spread(low, high, [...bounds, ...mould]) } },
    axes: [
      {
        ...axis,
        values: timeLabels(),
        incrs: markSteps(from_s, to_s),
        space: 64,
        ...(isLong(from_s, to_s) && { splits: (_, __, low, high, step_s) => monthMarks(low, high, step_s) }),
      },
      { ...axis, size: 60, values: (_, marks) => marks.map((mark) => String(Number(mark.toFixed(QUANTITIES[quantity]?.digits ?? 3)))) },
    ],
    series: [{}, ...lines.flatMap((_, place) => seriesOf(quantity, place, lines.length === 1))],
    bands: lines.length === 1 ? [{ series: [3, 2], fill: painted(`${strokeOf(quantity, 0)}-band`) }] : [],
    hooks: {
      drawClear: [(plot) => paintGaps(plot, lines.length === 1 ? (lines[0] as Line).gaps : [])],
      draw: [(plot) => paintLimits(plot, limits), (plot) => paintMouldLimit(plot, lines), (plot) => paintEvents(plot, events)],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
}

function seriesOf(quantity: string, place: number, isOnly: boolean): uPlot.Series[] {
  const points = { show: false };
  const edge = { show: isOnly, stroke: "transparent", width: 0, points };
  const dash = DASHES[place % DASHES.length] as number[];
  return [{ stroke: painted(strokeOf(isOnly ? quantity : "", place)), width: 2, points, ...(dash.length > 0 && { dash }) }, edge, edge];
}

/** Within a day the hour, and the date at midnight; beyond it the date, over years the month with its year. */
function timeLabels(): uPlot.Axis.DynamicValues {
  const day = inSiteTime({ month: "numeric", day: "numeric" });
  const month = inSiteTime({ year: "numeric", month: "numeric" });
  const hour = inSiteTime({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const word = (at_s: number, step_s: number) => {
    if (step_s >= 28 * 86_400) return month.format(at_s * 1000);
    const clock = hour.format(at_s * 1000);
    return step_s >= 86_400 || clock === "00:00" ? day.format(at_s * 1000) : clock;
  };
  return (_, marks, __, ___, step_s) => markLabels(marks, (at_s) => word(at_s, step_s));
}
