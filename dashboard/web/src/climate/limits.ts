/** The limits of a climate profile, and a series summed up. Pure. */

import type { Series } from "../api/types";

export type Band = { low: number | null; high: number | null };
export type Limits = { temperature_c: Band; humidity_pct: Band };

const NONE: Band = { low: null, high: null };

/** Take limits as the API gives them; what is not there is not drawn. */
export function readLimits(limits: Partial<Record<keyof Limits, Partial<Band>>> | undefined): Limits {
  return { temperature_c: { ...NONE, ...limits?.temperature_c }, humidity_pct: { ...NONE, ...limits?.humidity_pct } };
}

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
