/** How an alarm stands, and what its words need. Pure. */

import type { Alarm, AlarmState } from "../api/types";

export type AlarmStanding =
  | "unacknowledged"
  | "acknowledged"
  | "cleared"
  | "to_reset"
  | "shelved"
  | "suppressed"
  | "out_of_service"
  | "over";

const STANDING: Record<AlarmState, AlarmStanding> = {
  UNACK: "unacknowledged",
  ACKED: "acknowledged",
  RTNUN: "cleared",
  SHELVED: "shelved",
  DSUPR: "suppressed",
  OOSRV: "out_of_service",
  NORM: "over",
};

/** How an alarm stands; a latched one whose cause is gone waits for a person to reset it. */
export function standingOf({ state, latched, returned_at }: Pick<Alarm, "state" | "latched" | "returned_at">): AlarmStanding {
  const isBack = latched && returned_at !== null && (state === "UNACK" || state === "ACKED");
  return isBack ? "to_reset" : STANDING[state];
}

/** Whether it waits for somebody to say that they know. */
export function wantsNote({ state }: Pick<Alarm, "state">): boolean {
  return state === "UNACK" || state === "RTNUN";
}

/** How many wait for somebody to say that they know. */
export function unacknowledged(alarms: readonly Alarm[]): number {
  return alarms.filter(wantsNote).length;
}

const PRIORITY = { high: 0, medium: 1, low: 2 } as const;
const STATE: Record<AlarmState, number> = { UNACK: 0, RTNUN: 5, ACKED: 10, SHELVED: 20, DSUPR: 20, OOSRV: 20, NORM: 30 };

/** What needs somebody comes first, the gravest before the newest. */
export function inOrder(alarms: readonly Alarm[]): Alarm[] {
  const weight = (one: Alarm) => STATE[one.state] + PRIORITY[one.priority];
  return [...alarms].sort((a, b) => weight(a) - weight(b) || Date.parse(b.raised_at) - Date.parse(a.raised_at));
}

/** Kinds without the subject in front: "shelving.trip" is "trip". */
export function kindKey(kind: string): string {
  return kind.slice(kind.lastIndexOf(".") + 1);
}

/** Whether something was carried out of a door without a loan. */
export function isDoorLeft({ kind }: Pick<Alarm, "kind">): boolean {
  return kindKey(kind) === "door_left";
}

/** The door an alarm speaks of; `null` where it is of none. */
export function doorOf({ params, kind }: Pick<Alarm, "params" | "kind">): string | null {
  if (!isDoorLeft({ kind }) && kindKey(kind) !== "door_unsure") return null;
  return typeof params.door === "string" ? params.door : "door";
}

/** The bank whose page an alarm leads to; `null` where it is of none. */
export function bankOf({ params }: Pick<Alarm, "params">): number | null {
  const { bank, banks } = params;
  if (typeof bank === "number") return bank;
  return Array.isArray(banks) && typeof banks[0] === "number" ? banks[0] : null;
}

/** Split "http_503" into its words and its number. */
export function errorParts(error: string): { key: string; status: string } {
  const found = /^(http|smtp)_(\d+)$/.exec(error);
  return found ? { key: found[1] as string, status: found[2] as string } : { key: error, status: "" };
}
