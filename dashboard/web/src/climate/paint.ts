/** Paints on a chart what is no line: stretches without data, limits, events. */

import type uPlot from "uplot";
import { curveWithHoles, type LimitSpan, type Line } from "./chart";
import type { ChartEvent } from "./events";
import type { Gap } from "./types";

/** A colour of the page as it is now, light or dark; a canvas knows no variables. */
export const painted = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Lines differ by colour and by dashes, so that none is told by its colour alone. */
export const DASHES = [[], [8, 4], [3, 3], [12, 4, 3, 4], [2, 5], [14, 6]];
const COLOURS = ["--sr-line-1", "--sr-line-2", "--sr-line-3", "--sr-line-4", "--sr-line-5", "--sr-line-6"];

/** The colour of a line: that of warmth is warm; of several probes each has its own, whatever they measure. */
export function strokeOf(quantity: string, place: number): string {
  if (place === 0 && quantity === "temperature_c") return "--sr-warm";
  if (place === 0) return "--sr-line-1";
  return COLOURS[place % COLOURS.length] as string;
}

export function paintGaps(plot: uPlot, gaps: Gap[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const [from_s, to_s] of gaps) {
    const left = plot.valToPos(from_s, "x", true);
    const width = plot.valToPos(to_s, "x", true) - left;
    if (width < 1) continue;
    ctx.fillStyle = painted("--sr-stale-light");
    ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, width, bbox.height);
    ctx.clip();
    ctx.strokeStyle = painted("--sr-hatch");
    for (let x = left - bbox.height; x < left + width; x += 12) {
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
      ctx.stroke();
    }
    ctx.restore();
  }
  ctx.restore();
}

export function paintLimits(plot: uPlot, limits: LimitSpan[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { from_s, to_s, bounds } of limits)
    for (const [name, value] of Object.entries(bounds)) {
      const y = plot.valToPos(value, "y", true);
      if (y <= bbox.top || y >= bbox.top + bbox.height) continue;
      const isCritical = name.startsWith("critical");
      ctx.strokeStyle = painted(isCritical ? "--sr-refused" : "--sr-open");
      ctx.lineWidth = isCritical ? 2 : 1.5;
      ctx.setLineDash(isCritical ? [] : [7, 5]);
      ctx.beginPath();
      ctx.moveTo(Math.max(bbox.left, plot.valToPos(from_s, "x", true)), y);
      ctx.lineTo(Math.min(bbox.left + bbox.width, plot.valToPos(to_s, "x", true)), y);
      ctx.stroke();
    }
  ctx.restore();
}

export const MOULD_DASH = [10, 3, 2, 3];

/** From where on mould can grow, in the warmth beside each line. */
export function paintMouldLimit(plot: uPlot, lines: Line[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = painted("--sr-mould");
  ctx.lineWidth = 1.5;
  ctx.setLineDash(MOULD_DASH);
  for (const { mouldLimit, gaps } of lines) {
    let isDown = false;
    ctx.beginPath();
    for (const [at_s, value] of curveWithHoles(mouldLimit, gaps)) {
      if (value !== null) ctx[isDown ? "lineTo" : "moveTo"](plot.valToPos(at_s, "x", true), plot.valToPos(value, "y", true));
      isDown = value !== null;
    }
    ctx.stroke();
  }
  ctx.restore();
}

const MARKS: Record<ChartEvent["kind"], { colour: string; sign: string }> = {
  raised: { colour: "--sr-refused", sign: "▲" },
  cleared: { colour: "--sr-open", sign: "✓" },
  on: { colour: "--sr-airing", sign: "I" },
  off: { colour: "--sr-airing", sign: "O" },
};

export function paintEvents(plot: uPlot, events: ChartEvent[]): void {
  const { ctx, bbox } = plot;
  const dpr = window.devicePixelRatio || 1;
  ctx.save();
  ctx.font = `${11 * dpr}px system-ui`;
  ctx.textAlign = "center";
  for (const { at_s, kind } of events) {
    const x = plot.valToPos(at_s, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const { colour, sign } = MARKS[kind];
    ctx.strokeStyle = ctx.fillStyle = painted(colour);
    ctx.setLineDash([2, 3]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top + 14 * dpr);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(sign, x, bbox.top + 11 * dpr);
  }
  ctx.restore();
}
