/** Days as a date field writes them, and the moments they mean at the site. Pure but for today. */

import { siteZone } from "../i18n/zone";

const DAY_MS = 86_400_000;

/** The date at the site so many days ago, as 2026-03-01. */
export function dayBefore(days: number, now_ms = Date.now()): string {
  return dateAt(now_ms - days * DAY_MS);
}

const dateAt = (ms: number) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: siteZone(), dateStyle: "short" }).format(new Date(ms));

/** From the beginning of the first day to the end of the last, as UTC; `null` if they are the wrong way round. */
export function period(first: string, last: string): { from: string; to: string } | null {
  const from = startOf(first);
  const to = startOf(last);
  if (from === null || to === null || from > to) return null;
  return { from: new Date(from).toISOString(), to: new Date(startOf(dateAt(to + DAY_MS * 1.5)) as number).toISOString() };
}

/** The moment a day begins at the site. */
function startOf(day: string): number | null {
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(utc)) return null;
  const first = utc - offsetAt(utc);
  return utc - offsetAt(first);
}

/** How far the site's clock is ahead of UTC at a moment. */
function offsetAt(ms: number): number {
  const wall = new Intl.DateTimeFormat("sv-SE", { timeZone: siteZone(), dateStyle: "short", timeStyle: "medium" });
  return Date.parse(`${wall.format(new Date(ms)).replace(" ", "T")}Z`) - Math.floor(ms / 1000) * 1000;
}
