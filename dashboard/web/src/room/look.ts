/** What a bank and its aisles look like right now: which colour, how old, what to say. Pure. */

import type { StampedLive } from "../api/queries";
import type { BankState, Hold, SegmentState } from "../api/types";
import { STALE_AFTER_S, sinceMs } from "../live/age";

export type BankTone = "live" | "stale" | "offline" | "unheard";
export type BankLook = { tone: BankTone; age_s: number | null; why: string | null };

/** Judge how far a bank's picture can be trusted; what was never heard is not shown as true. */
export function bankLook(live: StampedLive | undefined, bank: number, now_ms: number): BankLook {
  const state = live?.banks.find((one) => one.bank === bank);
  if (!live || !state) return { tone: "unheard", age_s: null, why: null };
  const age_s = heardAge(live, bank, now_ms);
  if (!live.link.alive || age_s > STALE_AFTER_S) return { tone: "stale", age_s, why: null };
  if (!state.online) return { tone: "offline", age_s, why: state.why_offline };
  return { tone: "live", age_s, why: null };
}

/** A bank speaks up when something changes; in between the room's heartbeat vouches for it. */
function heardAge(live: StampedLive, bank: number, now_ms: number): number {
  const bank_s = sinceMs(live.at_ms[bank] ?? 0, now_ms);
  return live.link.alive ? Math.min(bank_s, sinceMs(live.link_at_ms, now_ms)) : bank_s;
}

export type AisleTone = "open" | "moving" | "airing" | "refused" | "plain" | "stale";

/** The colour of a segment's free space. */
export function aisleTone(look: BankLook, segment: SegmentState | undefined): AisleTone {
  if (look.tone !== "live" || !segment) return "stale";
  switch (segment.phase) {
    case "open":
      return "open";
    case "moving":
      return "moving";
    case "ventilating":
      return "airing";
    case "halted":
    case "faulted":
      return "refused";
    case "unknown":
      return "plain";
  }
}

/** All open aisles of a segment; a controller may have more gaps than one. */
export function openAisles(segment: SegmentState): number[] {
  if (segment.aisles.length > 0) return segment.aisles;
  return segment.aisle === null ? [] : [segment.aisle];
}

/** All holds of a segment. */
export function holdsOf(segment: SegmentState): Hold[] {
  if (segment.holds.length > 0) return segment.holds;
  return segment.hold ? [segment.hold] : [];
}

/** Who holds an aisle, if anybody does. */
export function holdOf(segment: SegmentState, aisle: number): Hold | null {
  return holdsOf(segment).find((one) => one.aisle === aisle) ?? null;
}

/** Say whether a person is known to stand in the open aisle. */
export function isOccupied(segment: SegmentState): boolean {
  return segment.interlocks.some((one) => one.name === "occupancy" && one.check === "unsafe");
}

/** Which way the gap travels: the columns between go the other way. */
export function gapTravel(state: BankState, first: number, last: number): "left" | "right" | null {
  const moving = state.columns.find(
    (one) =>
      one.column >= first && one.column <= last && (one.travel === "left" || one.travel === "right"),
  );
  if (!moving) return null;
  return moving.travel === "left" ? "right" : "left";
}

type Placed = { bank: number; segment: SegmentState };

/** Everything that moves now, for the bar that stops it. */
export function movingIn(live: StampedLive | undefined): Placed[] {
  return segmentsIn(live, (one, bank) => one.phase === "moving" || (one.phase === "ventilating" && travels(bank)));
}

const travels = (bank: BankState) => bank.columns.some((one) => one.travel === "left" || one.travel === "right");

/** Every segment that is frozen because the fire input says so. */
export function segmentsOnFire(live: StampedLive | undefined): Placed[] {
  return segmentsIn(live, (one) => one.mode === "fire");
}

type Wanted = (segment: SegmentState, bank: BankState) => boolean;

function segmentsIn(live: StampedLive | undefined, wanted: Wanted): Placed[] {
  return (live?.banks ?? []).flatMap((bank) =>
    bank.segments.filter((one) => wanted(one, bank)).map((segment) => ({ bank: bank.bank, segment })),
  );
}
