/** How far an asked-for aisle is: what was asked, joined with what the steel does. Pure. */

import type { Problem } from "../api/client";
import type { RequestStatus, SegmentState } from "../api/types";

/** What this page asked last for an aisle. */
export type Ask =
  | { step: "asking" }
  | { step: "answered"; id: string; status: RequestStatus; code: string | null }
  | { step: "refused"; code: string; holder: string | null; causeSeen?: boolean }
  | { step: "silent"; code: string };

export type MotionView =
  | { name: "idle" }
  | { name: "asking" }
  | { name: "accepted" }
  | { name: "moving"; left_s: number }
  | { name: "open"; holder: string | null }
  | { name: "refused" | "failed" | "expired" | "silent"; code: string | null; holder: string | null };

/** Join both; what the steel does outweighs what was answered. */
export function motionView(ask: Ask | null, segment: SegmentState | null, aisle: number): MotionView {
  if (segment?.phase === "moving" && segment.target === aisle) {
    return { name: "moving", left_s: segment.remaining_s };
  }
  if (segment?.phase === "open" && segment.aisle === aisle) {
    return { name: "open", holder: segment.hold?.actor.name ?? null };
  }
  if (ask === null) return { name: "idle" };
  switch (ask.step) {
    case "asking":
      return { name: "asking" };
    case "refused":
      return { name: "refused", code: ask.code, holder: ask.holder };
    case "silent":
      return { name: "silent", code: ask.code, holder: null };
    case "answered":
      return answered(ask.status, ask.code, segment);
  }
}

function answered(status: RequestStatus, code: string | null, segment: SegmentState | null): MotionView {
  switch (status) {
    case "asked":
      return { name: "asking" };
    case "unanswered":
      return { name: "silent", code, holder: null };
    case "accepted":
      return { name: "accepted" };
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
};

/** Whether the interlock that a refusal speaks of is safe; `null` if it speaks of none. */
export function isCauseGone(code: string, segment: SegmentState | null): boolean | null {
  const name = CAUSE[code.slice(code.lastIndexOf(".") + 1)];
  const interlock = segment?.interlocks.find((one) => one.name === name);
  return interlock ? interlock.check === "safe" : null;
}

/** Turn a failed call into what the person is told: a no with a reason, or no answer at all. */
export function askAfterProblem(problem: Problem): Ask {
  if (problem.status === 409) {
    const { holder } = problem.params;
    return { step: "refused", code: problem.code, holder: holderName(holder) };
  }
  return { step: "silent", code: problem.code };
}

function holderName(holder: unknown): string | null {
  if (typeof holder === "string") return holder;
  if (holder !== null && typeof holder === "object" && "name" in holder) return String(holder.name);
  return null;
}

/** Statuses after which nothing more comes. */
export function isFinal(status: RequestStatus): boolean {
  return status !== "asked" && status !== "accepted" && status !== "started";
}
