/** Puts alarms and what became of their messages into words. */

import type { TFunction } from "i18next";
import { Problem } from "../api/client";
import type { Alarm } from "../api/types";
import { motionReason, problemWords } from "../i18n/codes";
import { say } from "../i18n/say";
import { en } from "../i18n/words/alarms";
import { en as shelving } from "../i18n/words/shelving";
import { errorParts, kindKey } from "./alarm";

/** What kind of alarm it is; one without words keeps its kind. */
export function kindWords(t: TFunction, kind: string): string {
  const key = kindKey(kind);
  return key in en.kind ? say(t, `alarms.kind.${key}`) : kind;
}

/** What happened, as a sentence. */
export function alarmWords(t: TFunction, { kind, params, subject, room }: Alarm): string {
  const key = kindKey(kind);
  if (!(key in en.says)) return subject;
  const { bank, segment, banks, code, why, program } = params;
  const cause = typeof code === "string" ? code : typeof why === "string" ? why : "unknown";
  const place = [
    typeof bank === "number" ? t("room.bank", { bank }) : subject,
    typeof segment === "number" ? t("room.segment", { segment }) : "",
  ];
  return say(t, `alarms.says.${key}`, {
    ...params,
    room: room ?? subject,
    place: place.filter(Boolean).join(" "),
    reason: motionReason(t, cause),
    banks: Array.isArray(banks) ? banks.map((one) => t("room.bank", { bank: Number(one) })).join(", ") : subject,
    program: typeof program === "string" && program in shelving.program.name ? say(t, `shelving.program.name.${program}`) : subject,
  });
}

/** Why a message did not arrive. */
export function messageError(t: TFunction, error: string): string {
  const { key, status } = errorParts(error);
  return key in en.error ? say(t, `alarms.error.${key}`, { status }) : error;
}

/** Word a failed call about alarms. */
export function alarmProblem(t: TFunction, error: unknown): string {
  const key = error instanceof Problem && error.code.startsWith("alarms.") ? kindKey(error.code) : "";
  return key in en.problem ? say(t, `alarms.problem.${key}`) : problemWords(t, error);
}
