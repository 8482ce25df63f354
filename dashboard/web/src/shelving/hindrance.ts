/** Why a segment can't move: one entry for each reason, gravest first. Pure; words live in i18n. */

import type { BankState, Interlock, Person, RoomState, SegmentState, Turn } from "../api/types";
import { isPerson } from "../people/who";
import type { BankLook } from "../room/look";
import { holdsOf } from "../room/look";

/**
 * What a reason means for somebody who asks: nothing can be asked, it moves already, it takes a
 * person at the bank, or some wishes are refused.
 */
export type Weight = "stale" | "blocks" | "moving" | "at_bank" | "limits";
export type Hindrance = {
  weight: Weight;
  /** Its words: `shelving.why.says.*`. */
  says: string;
  params: Record<string, unknown>;
};

export type Circumstances = {
  bank: BankState | undefined;
  segment: SegmentState | undefined;
  look: BankLook;
  room: RoomState | null | undefined;
  turns: readonly Turn[];
  /** Who is signed in. */
  me: Person;
};

/** Everything that speaks against motion; a picture that is old says nothing but that. */
export function hindrances(now: Circumstances): Hindrance[] {
  const { bank, segment, look } = now;
  if (look.tone !== "live" || !bank || !segment) {
    const says = look.tone === "live" ? "unheard" : look.tone;
    return [{ weight: "stale", says, params: { age_s: look.age_s } }];
  }
  return [
    ...ofState(bank, segment),
    ...ofLocks(segment, now.me),
    ...ofInterlocks(segment.interlocks),
    ...ofPeople(segment, now),
    ...ofStart(bank),
  ];
}

/** The headline: the gravest of all that was found. */
export function verdict(found: readonly Hindrance[]): Weight | "free" {
  const order: Weight[] = ["stale", "blocks", "moving", "at_bank", "limits"];
  return order.find((weight) => found.some((one) => one.weight === weight)) ?? "free";
}

function ofState(bank: BankState, segment: SegmentState): Hindrance[] {
  const found: Hindrance[] = [];
  if (!bank.commissioned && !bank.simulated) found.push(blocks("not_commissioned"));
  if (segment.phase === "moving") found.push({ weight: "moving", says: "moving", params: {} });
  const code = segment.trip?.code ?? segment.why;
  const stands = segment.phase === "halted" || segment.phase === "faulted" || segment.phase === "unknown";
  if (segment.trip || stands) found.push(blocks("phase", { code: code ?? "steel_unknown" }));
  if (segment.hindrance && !segment.trip) found.push(blocks("phase", { code: segment.hindrance.code }));
  return found;
}

function ofLocks({ lock, own_lock, sleep }: SegmentState, me: Person): Hindrance[] {
  const found: Hindrance[] = [];
  if (own_lock) {
    const says = isPerson(own_lock.actor, me) ? "lock_own" : "lock_other";
    found.push(blocks(says, { name: own_lock.actor.name, when: own_lock.since }));
  } else if (lock !== "unlocked") {
    found.push(blocks(lock === "locked" ? "locked_at_steel" : "lock_unknown"));
  }
  if (sleep !== "awake" && sleep !== null) found.push(blocks(sleep === "asleep" ? "asleep" : "sleep_unknown"));
  return found;
}

/** A refusal code for each interlock that is not safe. */
export const INTERLOCK_CODE: Record<string, string> = {
  occupancy: "aisle_occupied",
  remote_control: "local_control",
  e_stop_chain: "e_stop",
  maintenance_key: "maintenance_key",
  crank: "crank",
  fire: "fire",
  power: "power",
  entrance: "entrance",
  obstruction: "obstruction",
  heartbeat: "heartbeat_lost",
};

function ofInterlocks(interlocks: readonly Interlock[]): Hindrance[] {
  const seen = interlocks.filter((one) => one.seen_by !== "nobody");
  const unsafe = seen.filter((one) => one.check === "unsafe");
  const unknown = seen.filter((one) => one.check === "unknown");
  const unseen = interlocks.filter((one) => one.seen_by === "nobody").map((one) => one.name);
  return [
    ...unsafe.map(({ name }) => blocks("interlock_unsafe", { interlock: name, code: INTERLOCK_CODE[name] ?? name })),
    ...unknown.map(({ name }) => blocks("interlock_unknown", { interlock: name })),
    ...(unseen.length > 0 ? [{ weight: "at_bank", says: "unseen", params: { interlocks: unseen } } as const] : []),
  ];
}

function ofPeople(segment: SegmentState, { bank, room, turns, me }: Circumstances): Hindrance[] {
  const found: Hindrance[] = [];
  const status = room?.program?.status;
  if (status === "warning" || status === "running") found.push(limits("program"));
  for (const { aisle, actor, since } of holdsOf(segment)) {
    if (!isPerson(actor, me)) found.push(limits("held", { aisle, name: actor.name, when: since }));
  }
  for (const { column, actor, reason } of bank?.lock_outs ?? []) {
    found.push(limits(reason ? "lock_out" : "lock_out_bare", { column, name: actor.name, reason }));
  }
  if (segment.armed && !isPerson(segment.armed.actor, me)) {
    found.push(limits("armed", { name: segment.armed.actor.name, when: segment.armed.until }));
  }
  const turn = turns.find(
    (one) => one.status === "offered" && one.bank === bank?.bank && one.segment === segment.segment,
  );
  if (turn && !isPerson(turn.user, me)) found.push(limits("turn", { name: turn.user.name, when: turn.offered_until }));
  return found;
}

function ofStart(bank: BankState): Hindrance[] {
  if (bank.start === "at_bank") return [{ weight: "at_bank", says: "start_room", params: {} }];
  return startsOnlyAtBank(bank) ? [{ weight: "at_bank", says: "start_driver", params: {} }] : [];
}

/**
 * What cannot be stopped from here, or whose orders act late, is never started from here. A room that
 * starts at the bank keeps the wish until somebody does.
 */
export function startsOnlyAtBank({ guarantee, orders }: Pick<BankState, "guarantee" | "orders">): boolean {
  return guarantee !== "fenced" || !orders.includes("stop");
}

const blocks = (says: string, params: Hindrance["params"] = {}): Hindrance => ({ weight: "blocks", says, params });
const limits = (says: string, params: Hindrance["params"] = {}): Hindrance => ({ weight: "limits", says, params });
