/** Reads the limits of a climate profile, and sums a series up. Pure. */

import type { Series } from "../api/types";

export type Band = { low: number | null; high: number | null };
export type Limits = { temperature_c: Band; humidity_pct: Band };

const NONE: Band = { low: null, high: null };

/** Take limits as the API gives them; what is not there is not drawn. */
export function readLimits(limits: unknown): Limits {
  if (limits === null || typeof limits !== "object") {
    return { temperature_c: NONE, humidity_pct: NONE };
  }
  const of = limits as Record<string, unknown>;
  return {
    temperature_c: band(of.temperature_c, of.temperature_low_c, of.temperature_high_c),
    humidity_pct: band(of.humidity_pct, of.humidity_low_pct, of.humidity_high_pct),
  };
}

function band(pair: unknown, low: unknown, high: unknown): Band {
  if (Array.isArray(pair)) return { low: number(pair[0]), high: number(pair[1]) };
  if (pair !== null && typeof pair === "object") {
    const { low: from, high: to, min, max } = pair as Record<string, unknown>;
    return { low: number(from ?? min), high: number(to ?? max) };
  }
  return { low: number(low), high: number(high) };
}

const number = (value: unknown) => (typeof value === "number" ? value : null);

export type Summary = { lowest: number; highest: number; mean: number } | null;

/** Lowest, highest and mean of one column of a series; `null` if it holds no value. */
export function summarise(series: Series, column: 1 | 2): Summary {
  const values = series.points.map((point) => point[column]).filter((value) => value !== null);
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  return { lowest: Math.min(...values), highest: Math.max(...values), mean: sum / values.length };
}

/** Thin a series for the table twin: about so many rows, evenly, the last one always in it. */
export function thinned(series: Series, rows: number): Series["points"] {
  const step = Math.max(1, Math.ceil(series.points.length / rows));
  const last = series.points.length - 1;
  return series.points.filter((_, index) => (last - index) % step === 0);
}
