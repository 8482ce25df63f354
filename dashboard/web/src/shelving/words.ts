/** Puts what stands in a hindrance or a trip into whole sentences. */

import type { TFunction } from "i18next";
import { interlockName, motionReason } from "../i18n/codes";
import { momentWords, spanWords } from "../i18n/format";
import { say, sayIf } from "../i18n/say";
import type { Hindrance } from "./hindrance";

/** One reason why steel can't move, as a sentence. */
export function hindranceWords(t: TFunction, { says, params }: Hindrance): string {
  const { interlock, interlocks, code, when, age_s } = params;
  const told: Record<string, unknown> = { ...params };
  if (typeof code === "string") told.reason = motionReason(t, code);
  if (typeof interlock === "string") told.interlock = interlockName(t, interlock);
  if (Array.isArray(interlocks)) told.interlocks = listed(t, interlocks.map((one) => interlockName(t, String(one))));
  if (typeof when === "string") told.when = momentWords(when);
  if (says === "stale") {
    if (typeof age_s !== "number" || age_s > 1e8) return say(t, "shelving.why.says.unheard");
    told.age = spanWords(t, age_s);
  }
  return say(t, `shelving.why.says.${says}`, told);
}

/** Put names in a row as the language does. */
export function listed(t: TFunction, names: readonly string[]): string {
  return names.join(t("common.and"));
}

/** The short name of a protection; one without a name keeps its code. */
export function tripName(t: TFunction, code: string): string {
  return sayIf(t, "trips", code) ?? code;
}
