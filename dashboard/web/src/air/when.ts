/** Moments as a date-and-time field writes them, and what they mean at the site. Pure but for the site's zone. */

import { siteZone } from "../i18n/zone";

const MINUTE_MS = 60_000;

/** The site's clock at a moment, as 2026-03-01T14:30. */
export function siteClock(ms: number): string {
  return wall(ms).slice(0, 16);
}

/** The moment at which the site's clock shows so, as UTC; `null` if this is no moment. */
export function siteMoment(text: string): string | null {
  const utc = Date.parse(`${text}Z`);
  if (text === "" || Number.isNaN(utc)) return null;
  const near = utc - ahead(utc);
  return new Date(utc - ahead(near)).toISOString();
}

/** The site's clock so many minutes from now, on a full minute. */
export function siteClockIn(minutes: number, now_ms = Date.now()): string {
  return siteClock(now_ms + minutes * MINUTE_MS);
}

const wall = (ms: number) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: siteZone(), dateStyle: "short", timeStyle: "medium" })
    .format(new Date(ms))
    .replace(" ", "T");

/** How far the site's clock is ahead of UTC at a moment. */
const ahead = (ms: number) => Date.parse(`${wall(ms)}Z`) - Math.floor(ms / 1000) * 1000;
