/** Puts alarms and what became of their messages into words. */

import type { TFunction } from "i18next";
import { Problem } from "../api/client";
import type { Alarm } from "../api/types";
import { listed } from "../air/list";
import { measured, quantityName } from "../air/quantity";
import { motionReason, problemWords } from "../i18n/codes";
import { momentWords } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { errorParts, kindKey } from "./alarm";

/** What kind of alarm it is; one without words keeps its kind. */
export function kindWords(t: TFunction, kind: string): string {
  return sayIf(t, "alarms.kind", kindKey(kind)) ?? kind;
}

/** How people call rooms, zones and devices; one without a name keeps its code. */
export type AlarmNames = {
  room: (code: string) => string;
  zone: (room: string, zone: string) => string;
  device: (room: string, device: string) => string;
};

/** What happened, as a sentence, with the value against its limit where there is one. */
export function alarmWords(t: TFunction, alarm: Alarm, names: AlarmNames): string {
  const { kind, params, subject, room } = alarm;
  const { bank, segment, banks, code, why, program } = params;
  const cause = typeof code === "string" ? code : typeof why === "string" ? why : "unknown";
  const place = [
    typeof bank === "number" ? t("room.bank", { bank }) : subject,
    typeof segment === "number" ? t("room.segment", { segment }) : "",
  ];
  const told = {
    ...params,
    room: room ? names.room(room) : subject,
    place: place.filter(Boolean).join(" "),
    reason: motionReason(t, cause),
    banks: Array.isArray(banks) ? listed(banks.map((one) => t("room.bank", { bank: Number(one) }))) : subject,
    what: leftWords({ params, subject }),
    program: (typeof program === "string" && sayIf(t, "program.name", program)) || subject,
    ...airParts(t, alarm, names),
  };
  return sayIf(t, "alarms.says", kindKey(kind), told) ?? subject;
}

/** What a sentence about the air or its devices needs. */
function airParts(t: TFunction, alarm: Alarm, names: AlarmNames): Record<string, string> {
  const { quantity, value, limit, bound, reading, faults, device, devices, input, due_on } = alarm.params;
  const sign = reading === "half_range" ? "±" : "";
  const where = whereWords(alarm, names);
  const named = (one: unknown) => {
    const name = names.device(alarm.room ?? "", String(one));
    return name === String(one) ? name : `${name} (${one})`;
  };
  return {
    where: (typeof input === "number" && sayIf(t, "units", "input", { device: where, input })) || where,
    ...(typeof device === "string" && { device: named(device) }),
    quantity: quantityName(t, quantity),
    value: `${sign}${measured(value, quantity)}`,
    limit: `${sign}${measured(limit, quantity)}`,
    bound: sayIf(t, "alarms.bound", typeof bound === "string" ? bound : "high") ?? "",
    since: momentWords(alarm.since),
    due_on: typeof due_on === "string" ? due_on : "–",
    faults: listed(several(faults).map((one) => faultWords(t, String(one)))),
    devices: listed(several(devices).map(named)),
  };
}

const several = (values: unknown): unknown[] => (Array.isArray(values) ? values : []);

/** What a unit or a contact reports as wrong; a code nobody worded stays as it is. */
export function faultWords(t: TFunction, code: string): string {
  return sayIf(t, "units.fault", code) ?? code;
}

/** Zone and device an alarm of the air is about; its subject where it names neither. */
export function whereWords({ room, zone, params, subject }: Pick<Alarm, "room" | "zone" | "params" | "subject">, names: AlarmNames): string {
  const device = [params.probe, params.unit, params.device].find((one) => typeof one === "string") as string | undefined;
  const parts = [zone ? names.zone(room ?? "", zone) : null, device ? names.device(room ?? "", device) : null];
  return parts.filter((one) => one !== null).join(" · ") || subject;
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
  if (!(error instanceof Problem)) return problemWords(t, error);
  const { code, params } = error;
  const most = typeof params.most_min === "number" ? minutesWords(t, params.most_min) : "";
  const key = code.startsWith("alarms.") ? kindKey(code) : "";
  return sayIf(t, "alarms.problem", key, { most }) ?? problemWords(t, error);
}

/** A span in the largest unit that has no rest: 90 minutes, 2 hours, 7 days. */
export function minutesWords(t: TFunction, minutes: number): string {
  if (minutes >= 1440 && minutes % 1440 === 0) return t("air.days", { count: minutes / 1440 });
  if (minutes >= 60 && minutes % 60 === 0) return t("air.hours", { count: minutes / 60 });
  return t("air.minutes", { count: minutes });
}
