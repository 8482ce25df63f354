/** How far an asked-for aisle is: what was asked, joined with what the steel does. Pure. */

import type { Problem } from "../api/client";
import type { Armed, RequestStatus, SegmentState } from "../api/types";
import { holdOf, holdsOf, openAisles } from "./look";

type Params = Record<string, unknown>;

/** What this page asked last for an aisle. */
export type Ask =
  | { step: "asking" }
  | { step: "answered"; id: string; status: RequestStatus; code: string | null }
  | { step: "refused"; code: string; params?: Params; holder: string | null; causeSeen?: boolean }
  | { step: "silent"; code: string };

export type MotionView =
  | { name: "idle" }
  | { name: "asking" }
  | { name: "accepted" }
  | { name: "armed"; by: string | null; until: string | null }
  | { name: "moving"; left_s: number }
  | { name: "open"; holder: string | null }
  | { name: "refused" | "failed" | "expired" | "silent"; code: string | null; params?: Params; holder: string | null };

/** Join both; what the steel does outweighs what was answered. */
export function motionView(ask: Ask | null, segment: SegmentState | null, aisle: number): MotionView {
  if (segment?.phase === "moving" && segment.target === aisle) {
    return { name: "moving", left_s: segment.remaining_s };
  }
  if (segment?.phase === "open" && openAisles(segment).includes(aisle)) {
    return { name: "open", holder: holdOf(segment, aisle)?.actor.name ?? null };
  }
  const armed = segment && armedFor(segment, aisle);
  if (armed) return { name: "armed", by: armed.actor.name, until: armed.until };
  if (ask === null) return { name: "idle" };
  switch (ask.step) {
    case "asking":
      return { name: "asking" };
    case "refused":
      return { name: "refused", code: ask.code, ...(ask.params && { params: ask.params }), holder: ask.holder };
    case "silent":
      return { name: "silent", code: ask.code, holder: null };
    case "answered":
      return answered(ask.status, ask.code, segment);
  }
}

/** The request for this aisle that waits for somebody to start it at the bank. */
export function armedFor({ armed }: SegmentState, aisle: number): Armed | null {
  return armed?.verb === "open_aisle" && armed.aisle === aisle ? armed : null;
}

function answered(status: RequestStatus, code: string | null, segment: SegmentState | null): MotionView {
  switch (status) {
    case "asked":
      return { name: "asking" };
    case "unanswered":
      return { name: "silent", code, holder: null };
    case "accepted":
      return { name: "accepted" };
    case "armed":
      return { name: "armed", by: null, until: null };
    case "started":
      return { name: "moving", left_s: segment?.phase === "moving" ? segment.remaining_s : 0 };
    case "done":
      return { name: "idle" };
    case "refused":
    case "failed":
    case "expired":
      return { name: status, code, holder: null };
  }
}

/** What is left to say while the bank is not live: an old no has lost its ground, an open question has not. */
export function viewWhileBlind(view: MotionView): MotionView {
  const isOld = view.name === "refused" || view.name === "failed" || view.name === "expired";
  return isOld ? { name: "idle" } : view;
}

const CAUSE: Record<string, string> = {
  aisle_occupied: "occupancy",
  occupancy_unknown: "occupancy",
  local_control: "remote_control",
  e_stop: "e_stop_chain",
  maintenance_key: "maintenance_key",
  crank: "crank",
  fire: "fire",
  power: "power",
  entrance: "entrance",
  obstruction: "obstruction",
  heartbeat_lost: "heartbeat",
};

/** Whether the interlock, the hold or the lock that a refusal speaks of is gone; `null` if it speaks of none. */
export function isCauseGone(
  code: string,
  segment: SegmentState | null,
  holder: string | null = null,
): boolean | null {
  const bare = code.slice(code.lastIndexOf(".") + 1);
  if (segment && bare === "locked") return segment.own_lock === null;
  if (segment && bare === "held_by_other" && holder !== null) {
    return holdsOf(segment).every((hold) => hold.actor.name !== holder);
  }
  const name = CAUSE[bare];
  const interlock = segment?.interlocks.find((one) => one.name === name);
  return interlock ? interlock.check === "safe" : null;
}

/** Turn a failed call into what the person is told: a no with a reason, or no answer at all. */
export function askAfterProblem(problem: Problem): Ask {
  if (problem.status === 409) {
    const { code, params } = problem;
    return { step: "refused", code, params, holder: nameIn(params.holder) };
  }
  return { step: "silent", code: problem.code };
}

/** A person's name, whether given as such or with an id. */
export function nameIn(person: unknown): string | null {
  if (typeof person === "string") return person;
  if (person !== null && typeof person === "object" && "name" in person) return String(person.name);
  return null;
}

export const UNDER_WAY: readonly RequestStatus[] = ["asked", "armed", "accepted", "started"];

/** Statuses after which nothing more comes. */
export function isFinal(status: RequestStatus): boolean {
  return !UNDER_WAY.includes(status);
}
