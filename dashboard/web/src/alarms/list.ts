/** The list of alarms as it is worked from: what is sought, by zone, and what may be done. Pure. */

import type { Alarm } from "../api/types";
import { type AlarmStanding, inOrder, standingOf, wantsNote } from "./alarm";

export const STANDINGS: readonly AlarmStanding[] = [
  "unacknowledged",
  "cleared",
  "to_reset",
  "acknowledged",
  "shelved",
  "suppressed",
  "out_of_service",
  "over",
];

/** The kinds a person may look for, the dangers first. */
export const KINDS = [
  ...(["fire", "climate.smoke", "climate.leak"] as const),
  ...(["climate.limit", "climate.mean_24h", "climate.swing", "climate.rate", "climate.mould"] as const),
  ...(["climate.offline", "climate.stuck", "climate.drift", "climate.suspect", "climate.calibration_due"] as const),
  ...(["climate.unit_silent", "climate.unit_fault"] as const),
  ...(["shelving.trip", "shelving.device_down", "shelving.line_down", "shelving.agent_silent"] as const),
  ...(["shelving.program_broken", "door_left", "door_unsure"] as const),
] as const;

export type Filter = { room?: string | undefined; zone?: string | undefined; kind?: string | undefined; standing?: string | undefined };

/** Whether an alarm is what somebody looks for; an empty filter takes all. */
export function isSought(alarm: Alarm, { room, zone, kind, standing }: Filter): boolean {
  return (
    (!room || alarm.room === room) &&
    (!zone || alarm.zone === zone) &&
    (!kind || alarm.kind === kind) &&
    (!standing || standingOf(alarm) === standing)
  );
}

export type Group = { key: string; room: string | null; zone: string | null; alarms: Alarm[]; waiting: number };

/** Alarms by zone, the zone with the most urgent one first; what has no zone stands by room. */
export function byZone(alarms: readonly Alarm[]): Group[] {
  const groups = new Map<string, Group>();
  for (const alarm of inOrder(alarms)) {
    const key = `${alarm.room ?? ""}/${alarm.zone ?? ""}`;
    const group = groups.get(key) ?? { key, room: alarm.room, zone: alarm.zone, alarms: [], waiting: 0 };
    group.alarms.push(alarm);
    group.waiting += wantsNote(alarm) ? 1 : 0;
    groups.set(key, group);
  }
  return [...groups.values()];
}

export type Act = "acknowledge" | "reset" | "shelve" | "unshelve" | "take_out" | "return" | "assign";

const NEEDS: Record<Act, string> = {
  acknowledge: "alarm.acknowledge",
  reset: "alarm.acknowledge",
  assign: "alarm.acknowledge",
  shelve: "alarm.shelve",
  unshelve: "alarm.shelve",
  take_out: "alarm.shelve",
  return: "alarm.shelve",
};

/** What one may do to an alarm as it stands, the next step first. */
export function actsOf(alarm: Alarm, may: (permission: string) => boolean): Act[] {
  const { state, cleared_at, shelved, out_of_service } = alarm;
  const isThere = cleared_at === null;
  const fits: Record<Act, boolean> = {
    reset: standingOf(alarm) === "to_reset",
    acknowledge: wantsNote(alarm),
    unshelve: shelved !== null,
    return: out_of_service !== null,
    assign: state !== "NORM",
    shelve: isThere && state !== "SHELVED" && state !== "OOSRV",
    take_out: isThere && state !== "OOSRV",
  };
  return (Object.keys(fits) as Act[]).filter((act) => fits[act] && may(NEEDS[act]));
}

/** Where each act is posted; reasons and comments go into the body. */
export const PATHS: Record<Act, string> = {
  acknowledge: "acknowledge",
  reset: "reset",
  shelve: "shelve",
  unshelve: "unshelve",
  take_out: "out-of-service",
  return: "return",
  assign: "assign",
};
