/** Puts alarms and what became of their messages into words. */

import type { TFunction } from "i18next";
import { Problem } from "../api/client";
import type { Alarm } from "../api/types";
import { motionReason, problemWords } from "../i18n/codes";
import { sayIf } from "../i18n/say";
import { errorParts, kindKey } from "./alarm";

/** What kind of alarm it is; one without words keeps its kind. */
export function kindWords(t: TFunction, kind: string): string {
  return sayIf(t, "alarms.kind", kindKey(kind)) ?? kind;
}

/** What happened, as a sentence; `roomName` names a room by its code. */
export function alarmWords(t: TFunction, { kind, params, subject, room }: Alarm, roomName: (code: string) => string): string {
  const { bank, segment, banks, code, why, program } = params;
  const cause = typeof code === "string" ? code : typeof why === "string" ? why : "unknown";
  const place = [
    typeof bank === "number" ? t("room.bank", { bank }) : subject,
    typeof segment === "number" ? t("room.segment", { segment }) : "",
  ];
  const told = {
    ...params,
    room: room ? roomName(room) : subject,
    place: place.filter(Boolean).join(" "),
    reason: motionReason(t, cause),
    banks: Array.isArray(banks) ? banks.map((one) => t("room.bank", { bank: Number(one) })).join(", ") : subject,
    what: leftWords({ params, subject }),
    program: (typeof program === "string" && sayIf(t, "program.name", program)) || subject,
  };
  return sayIf(t, "alarms.says", kindKey(kind), told) ?? subject;
}

/** What left by a door: its code, or the number of its tag. */
export function leftWords({ params, subject }: Pick<Alarm, "params" | "subject">): string {
  const named = params.item_code ?? params.epc;
  return typeof named === "string" ? named : subject;
}

/** Why a message did not arrive. */
export function messageError(t: TFunction, error: string): string {
  const { key, status } = errorParts(error);
  return sayIf(t, "alarms.error", key, { status }) ?? error;
}

/** Word a failed call about alarms. */
export function alarmProblem(t: TFunction, error: unknown): string {
  const key = error instanceof Problem && error.code.startsWith("alarms.") ? kindKey(error.code) : "";
  return sayIf(t, "alarms.problem", key) ?? problemWords(t, error);
}
