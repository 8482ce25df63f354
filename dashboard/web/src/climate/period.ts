/** The periods a chart shows, as days of the site's calendar. Pure but for the site's zone. */

import { siteClock, siteMoment } from "../air/when";

export type Unit = "day" | "week" | "month" | "year";
export type Own = "own";
export const UNITS = ["day", "week", "month", "year"] as const;
/** A stretch of time: ISO days, both included; of a unit that moves as one. */
export type Period = { unit: Unit | Own; first: string; last: string };
export type Span = { from_s: number; to_s: number };

/** The period of a unit that ends today; as many days back as the unit has. */
export function latest(unit: Unit, now_ms: number): Period {
  return endingOn(unit, siteClock(now_ms).slice(0, 10));
}

/** The period before or after, as long as this one; own periods move by their own length. */
export function moved(period: Period, by: number): Period {
  const { unit, first, last } = period;
  if (unit === "month") return ended(unit, monthsLater(first, by), monthsLater(next(last), by));
  if (unit === "year") return ended(unit, monthsLater(first, 12 * by), monthsLater(next(last), 12 * by));
  const days = by * (dayNumber(last) - dayNumber(first) + 1);
  return { unit, first: later(first, days), last: later(last, days) };
}

/** From the start of the first day to the end of the last; `null` if they are no days or the wrong way round. */
export function spanOf({ first, last }: Period): Span | null {
  if (Number.isNaN(dayNumber(first)) || Number.isNaN(dayNumber(last)) || first > last) return null;
  const from = siteMoment(`${first}T00:00`);
  const to = siteMoment(`${next(last)}T00:00`);
  return from === null || to === null ? null : { from_s: Date.parse(from) / 1000, to_s: Date.parse(to) / 1000 };
}

/** Say whether nothing later than this period has happened yet. */
export function isLatest(period: Period, now_ms: number): boolean {
  return period.last >= siteClock(now_ms).slice(0, 10);
}

function endingOn(unit: Unit, last: string): Period {
  if (unit === "day") return { unit, first: last, last };
  if (unit === "week") return { unit, first: later(last, -6), last };
  return ended(unit, monthsLater(next(last), unit === "month" ? -1 : -12), next(last));
}

/** A period of which the end is the first day that no more belongs to it. */
const ended = (unit: Unit, first: string, end: string): Period => ({ unit, first, last: later(end, -1) });

const DAY_MS = 86_400_000;
const dayNumber = (day: string) => Date.parse(`${day}T00:00Z`) / DAY_MS;
const later = (day: string, days: number) => new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
const next = (day: string) => later(day, 1);

/** The same day of another month, or its last where it is shorter. */
function monthsLater(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}
