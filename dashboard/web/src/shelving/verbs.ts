/** What may be asked of a segment from this page, and why not. Pure. */

import type { BankState, Order, Person, SegmentState, Verb } from "../api/types";
import { isPerson } from "../people/who";
import type { BankLook } from "../room/look";
import { startsOnlyAtBank } from "./hindrance";

export type AskedVerb = Extract<
  Verb,
  "open_aisle" | "close_all" | "ventilate" | "park" | "lock" | "unlock" | "sleep" | "wake"
>;
export type Offer = {
  verb: AskedVerb;
  /** The code of why it would be refused now; `null`: it may be asked. */
  blocked: string | null;
};

type May = (permission: string) => boolean;

/** What each verb needs of the shelving and of the person. */
const NEEDS: Record<AskedVerb, { orders: Order[]; permissions: string[] }> = {
  open_aisle: { orders: ["open_aisle"], permissions: ["aisle.open"] },
  close_all: { orders: ["close_all"], permissions: ["aisle.open"] },
  ventilate: { orders: ["ventilate"], permissions: ["aisle.open"] },
  park: { orders: ["close_all", "lock"], permissions: ["aisle.open", "steel.lock"] },
  lock: { orders: ["lock"], permissions: ["steel.lock"] },
  unlock: { orders: ["lock"], permissions: ["steel.lock"] },
  sleep: { orders: ["sleep"], permissions: ["steel.lock"] },
  wake: { orders: ["wake"], permissions: ["steel.lock"] },
};
const MOTION: readonly AskedVerb[] = ["open_aisle", "close_all", "ventilate", "park"];

export function isMotion(verb: AskedVerb): boolean {
  return MOTION.includes(verb);
}

/** The verbs to show for a segment, each with what speaks against it now. */
export function offers(bank: BankState, segment: SegmentState, look: BankLook, me: Person, may: May): Offer[] {
  const shown = (Object.keys(NEEDS) as AskedVerb[]).filter((verb) => {
    const { orders, permissions } = NEEDS[verb];
    return orders.every((order) => bank.orders.includes(order)) && permissions.every(may) && fits(verb, segment);
  });
  return shown.map((verb) => ({ verb, blocked: blockedBy(verb, bank, segment, look, me) }));
}

/** Of lock and unlock, sleep and wake, only the one that would change something is shown. */
function fits(verb: AskedVerb, { lock, own_lock, sleep }: SegmentState): boolean {
  switch (verb) {
    case "lock":
      return own_lock === null && lock === "unlocked";
    case "unlock":
      return own_lock !== null;
    case "sleep":
      return sleep === "awake";
    case "wake":
      return sleep === "asleep";
    default:
      return true;
  }
}

/** What would be answered for certain; the room still decides on all the rest. */
function blockedBy(
  verb: AskedVerb,
  bank: BankState,
  segment: SegmentState,
  look: BankLook,
  me: Person,
): string | null {
  if (look.tone !== "live") return look.tone === "offline" ? "offline" : "room_silent";
  if (segment.phase === "moving") return "already_moving";
  if (verb === "unlock") return isPerson(segment.own_lock?.actor, me) ? null : "locked_by_other";
  if (!bank.commissioned && !bank.simulated) return "not_commissioned";
  if (!isMotion(verb)) return null;
  if (bank.start === "remote" && startsOnlyAtBank(bank)) return "start_at_bank";
  if (segment.mode === "fire") return "fire";
  if (segment.phase === "faulted") return "faulted";
  if (segment.own_lock || segment.lock === "locked") return segment.own_lock ? "locked" : "locked_at_steel";
  return segment.sleep === "asleep" ? "asleep" : null;
}
