/** How sure a place is, who says so and how old that is, in words. */

import type { TFunction } from "i18next";
import type { LastSeen, Place } from "../api/types";
import { agoOf, agoWords, momentWords } from "../i18n/format";
import { whoWords } from "../people/who";

const SAME_MOMENT_S = 60;

/** All that is told of a place, one piece after the other. */
export function placeDetails(t: TFunction, place: Place): string[] {
  const { since, age_s } = place;
  const confirmed = isAge(age_s) && (!since || isClearlyYounger(age_s, since));
  return told([
    since && t("work.box.sinceAgo", { when: momentWords(since), age: agoOf(t, since) }),
    confirmed && t("work.box.confirmed", { age: agoWords(t, age_s) }),
    sureWords(t, place.confidence),
    place.by && t("work.box.toldBy", { who: whoWords(t, place.by) }),
  ]);
}

/** The same in one line: who says so, when that was last confirmed, how sure it is. */
export function placeLine(t: TFunction, { since, by, age_s, confidence }: Place): string {
  const age = isAge(age_s) ? t("work.box.confirmed", { age: agoWords(t, age_s) }) : since && agoOf(t, since);
  return told([by && t("work.box.toldBy", { who: whoWords(t, by) }), age, sureWords(t, confidence)]).join(" · ");
}

/** When, by whom and how surely something was last seen. */
export function seenDetails(t: TFunction, { at, by, by_kind, confidence }: LastSeen): string[] {
  const who = by_kind === "person" ? t("work.box.byPerson", { who: whoWords(t, by) }) : t("work.box.byReader", { who: by });
  return told([t("work.box.seenAt", { when: momentWords(at), age: agoOf(t, at) }), who, sureWords(t, confidence)]);
}

/** "98 % sure"; nothing where nobody keeps it. */
export function sureWords(t: TFunction, confidence: number | null | undefined): string | null {
  if (confidence === null || confidence === undefined) return null;
  return t("work.box.sure", { pct: Math.round(confidence * 100) });
}

const told = (pieces: unknown[]) => pieces.filter((one): one is string => typeof one === "string" && one !== "");

const isAge = (age_s: number | null | undefined): age_s is number => age_s !== null && age_s !== undefined;

/** What was confirmed when it began is not confirmed again. */
const isClearlyYounger = (age_s: number, since: string) => (Date.now() - Date.parse(since)) / 1000 - age_s > SAME_MOMENT_S;
