/** How bands, gaps, limits and events are laid on a chart. Pure but for the site's zone. */

import type { BoundName, Bounds } from "../air/types";
import { siteClock, siteMoment } from "../air/when";
import type { BandPoint, Curve, Gap } from "./types";

/** `mouldLimit` is empty where it means nothing: beside other quantities, and outside. */
export type Line = { probe: string; name: string; bands: BandPoint[]; gaps: Gap[]; mouldLimit: Curve };
/** Columns of a chart: moments, then for each line its mean, lowest and highest. */
export type Columns = [number[], ...(number | null)[][]];

/** Put a hole into a line wherever nothing is known for a time. */
export function withHoles(bands: BandPoint[], gaps: Gap[]): Columns {
  const rows: [number, number | null, number | null, number | null][] = [];
  let place = 0;
  for (const band of bands) {
    while (place < gaps.length && (gaps[place] as Gap)[0] < band[0]) {
      const [from, to] = gaps[place] as Gap;
      const before = rows.at(-1);
      if (before && before[0] <= from && to <= band[0] && before[0] < (from + to) / 2) rows.push([(from + to) / 2, null, null, null]);
      place += 1;
    }
    rows.push(band);
  }
  return [rows.map((row) => row[0]), ...([1, 2, 3] as const).map((column) => rows.map((row) => row[column]))];
}

/** A curve with a hole wherever nothing is known for a time. */
export function curveWithHoles(curve: Curve, gaps: Gap[]): [number, number | null][] {
  const [moments, values] = withHoles(curve.map(([at_s, value]) => [at_s, value, value, value]), gaps);
  return moments.map((at_s, index) => [at_s, values?.[index] ?? null]);
}

/** Lowest and highest of several lines; `null` if none holds a value. */
export function rangeOf(lines: Line[]): { low: number; high: number; mean: number } | null {
  let [low, high, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const { bands } of lines)
    for (const [, mean, least, most] of bands) {
      low = Math.min(low, least);
      high = Math.max(high, most);
      sum += mean;
      count += 1;
    }
  return count === 0 ? null : { low, high, mean: sum / count };
}

/** Limits of one stretch of time. */
export type LimitSpan = { from_s: number; to_s: number; bounds: Partial<Record<BoundName, number>> };
type Seasoned = {
  limits: Record<string, Bounds>;
  seasons: { first_month: number; last_month: number; limits: Record<string, Bounds> }[];
};

/** The bounds of a quantity over a period: they change where a season begins or ends. */
export function limitSpans(profile: Seasoned, quantity: string, from_s: number, to_s: number): LimitSpan[] {
  const spans: LimitSpan[] = [];
  let at_s = from_s;
  while (at_s < to_s) {
    const clock = siteClock(at_s * 1000);
    const end_s = Math.min(to_s, nextMonth_s(clock));
    const bounds = boundsIn(profile, quantity, Number(clock.slice(5, 7)));
    const before = spans.at(-1);
    if (before && JSON.stringify(before.bounds) === JSON.stringify(bounds)) before.to_s = end_s;
    else spans.push({ from_s: at_s, to_s: end_s, bounds });
    at_s = end_s;
  }
  return spans.filter(({ bounds }) => Object.keys(bounds).length > 0);
}

function boundsIn(profile: Seasoned, quantity: string, month: number): LimitSpan["bounds"] {
  const season = profile.seasons.find(({ first_month, last_month }) =>
    first_month <= last_month ? first_month <= month && month <= last_month : month >= first_month || month <= last_month,
  );
  const bounds = season?.limits[quantity] ?? profile.limits[quantity] ?? {};
  return Object.fromEntries(Object.entries(bounds).filter(([, value]) => typeof value === "number"));
}

function nextMonth_s(clock: string): number {
  const [year = 0, month = 1] = clock.split("-").map((part) => Number.parseInt(part, 10));
  const first = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, "0")}-01`;
  return Date.parse(siteMoment(`${first}T00:00`) as string) / 1000;
}

/** Steps between marks below the chart, in seconds: within a day by hours, then by days, in the end by months. */
export function markSteps(from_s: number, to_s: number): number[] {
  if (isLong(from_s, to_s)) return [1, 2, 3, 6, 12, 24].map((months) => months * MONTH_S);
  return to_s - from_s > 1.5 * DAY_S
    ? [1, 2, 3, 5, 7, 10, 14, 28].map((days) => days * DAY_S)
    : [1, 2, 3, 4, 6, 8, 12].map((hours) => hours * 3600);
}

const DAY_S = 86_400;
const MONTH_S = 30 * DAY_S;

/** Whether a period is marked by months. */
export const isLong = (from_s: number, to_s: number) => to_s - from_s > 120 * DAY_S;

/** The first midnights of months at the site, as many months apart as a step of `markSteps` is long. */
export function monthMarks(from_s: number, to_s: number, step_s: number): number[] {
  const every = Math.max(1, Math.round(step_s / MONTH_S));
  const marks: number[] = [];
  for (let at_s = nextMonth_s(siteClock(from_s * 1000 - 1)); at_s <= to_s; at_s = nextMonth_s(siteClock(at_s * 1000))) {
    const [year = 0, month = 1] = siteClock(at_s * 1000).split("-").map((part) => Number.parseInt(part, 10));
    if ((12 * year + month - 1) % every === 0) marks.push(at_s);
  }
  return marks;
}

/** Word the marks; one that reads like an earlier one stays empty. */
export function markLabels(marks: number[], word: (at_s: number) => string): string[] {
  const words = marks.map(word);
  return words.map((one, index) => (words.indexOf(one) === index ? one : ""));
}

/** Room around the values; limits stay in sight where they are not far off. */
export function spread(low: number | null, high: number | null, limits: number[]): [number, number] {
  const seen = [low, high].filter((value) => value !== null && Number.isFinite(value)) as number[];
  const all = [...seen, ...limits];
  if (all.length === 0) return [0, 1];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const margin = Math.max((most - least) * 0.08, Math.abs(most) * 0.005, 0.01);
  return [least - margin, most + margin];
}

/** About so many rows of a line, evenly, the last one always in it. */
export function thinned(bands: BandPoint[], rows: number): BandPoint[] {
  const step = Math.max(1, Math.ceil(bands.length / rows));
  return bands.filter((_, index) => (bands.length - 1 - index) % step === 0);
}
