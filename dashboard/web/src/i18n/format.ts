/** Times and ages as the reader of this page writes them. */

import type { TFunction } from "i18next";
import { ageOf } from "../live/age";
import { languageNow } from "./index";
import { siteZone } from "./zone";

const LOCALE = { zh: "zh-CN", en: "en-GB" } as const;

/** Say "12 s ago". */
export function agoWords(t: TFunction, seconds: number): string {
  const { unit, count } = ageOf(seconds);
  return t(`common.age.${unit}`, { count });
}

/** Say "12 s". */
export function spanWords(t: TFunction, seconds: number): string {
  const { unit, count } = ageOf(seconds);
  return t(`common.age.span_${unit}`, { count });
}

/** Say how long ago a moment was, given as ISO text. */
export function agoOf(t: TFunction, iso: string): string {
  return agoWords(t, (Date.now() - Date.parse(iso)) / 1000);
}

/** Date and time; today's moments show the time only. */
export function momentWords(iso: string): string {
  const moment = new Date(iso);
  const today = dayOf(new Date()) === dayOf(moment);
  const time = { hour: "2-digit", minute: "2-digit", hour12: false } as const;
  const day = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  return inSiteTime(today ? time : { ...day, ...time }).format(moment);
}

const dayOf = (moment: Date) => inSiteTime({ dateStyle: "short" }).format(moment);

/** Date and time to the second. */
export function exactMoment(iso: string): string {
  return inSiteTime({ dateStyle: "short", timeStyle: "medium", hour12: false }).format(new Date(iso));
}

/** Write moments in the reader's language and in the time of the site. */
export function inSiteTime(parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(LOCALE[languageNow()], { ...parts, timeZone: siteZone() });
}

/** A number with so many digits after the point. */
export function figure(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}

export { languageNow };
