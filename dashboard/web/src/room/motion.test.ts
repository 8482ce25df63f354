import { expect, test } from "vitest";
import { Problem } from "../api/client";
import type { SegmentState } from "../api/types";
import { askAfterProblem, isCauseGone, isFinal, motionView, viewWhileBlind } from "./motion";

const HOLD = { aisle: 2, actor: { id: "u1", name: "陈静" }, since: "2026-11-22T00:00:00Z", offered_to: null };
const STANDING: SegmentState = {
  segment: 1,
  phase: "open",
  mode: "normal",
  aisle: 2,
  target: null,
  remaining_s: 0,
  why: null,
  aisles: [2],
  hold: HOLD,
  holds: [HOLD],
  lock: "unlocked",
  own_lock: null,
  sleep: "awake",
  armed: null,
  trip: null,
  request_id: null,
  interlocks: [],
};
const MOVING: SegmentState = { ...STANDING, phase: "moving", aisle: null, aisles: [], target: 5, remaining_s: 12, hold: null, holds: [] };
const accepted = { step: "answered", id: "1", status: "accepted", code: null } as const;

test("an aisle that stands open is open, whoever asked for it, and its holder is named", () => {
  expect(motionView(null, STANDING, 2)).toEqual({ name: "open", holder: "陈静" });
});

test("an aisle nobody asked for is idle", () => {
  expect(motionView(null, STANDING, 5)).toEqual({ name: "idle" });
});

test("what the steel does outweighs what was answered", () => {
  expect(motionView(accepted, STANDING, 5)).toEqual({ name: "accepted" });
  expect(motionView(accepted, MOVING, 5)).toEqual({ name: "moving", left_s: 12 });
  expect(motionView({ step: "asking" }, MOVING, 4)).toEqual({ name: "asking" });
});

test("a refusal keeps its reason and says who holds the aisle", () => {
  const ask = askAfterProblem(new Problem(409, "shelving.held_by_other", { holder: "陈静" }));
  expect(motionView(ask, STANDING, 5)).toEqual({
    name: "refused",
    code: "shelving.held_by_other",
    params: { holder: "陈静" },
    holder: "陈静",
  });
});

test("no answer is not called a refusal", () => {
  const ask = askAfterProblem(new Problem(504, "shelving.room_silent"));
  expect(motionView(ask, null, 5).name).toBe("silent");
});

test("of two open aisles each is open, with its own holder", () => {
  const other = { ...HOLD, aisle: 7, actor: { id: "u2", name: "李强" } };
  const both = { ...STANDING, aisles: [2, 7], holds: [HOLD, other] };
  expect(motionView(null, both, 7)).toEqual({ name: "open", holder: "李强" });
  expect(motionView(null, both, 5).name).toBe("idle");
});

test("a request that waits at the bank says until when and whose it is", () => {
  const armed = { request_id: "1", verb: "open_aisle", aisle: 5, actor: HOLD.actor, until: "2026-11-22T00:05:00Z" };
  expect(motionView(null, { ...STANDING, armed }, 5)).toEqual({ name: "armed", by: "陈静", until: armed.until });
  expect(motionView(null, { ...STANDING, armed }, 6).name).toBe("idle");
  const answered = { step: "answered", id: "1", status: "armed", code: null } as const;
  expect(motionView(answered, STANDING, 5).name).toBe("armed");
});

test("when nothing is known of the steel, nothing is called open", () => {
  expect(motionView(null, null, 2)).toEqual({ name: "idle" });
});

test("a request is followed until nothing more comes", () => {
  expect(["asked", "armed", "accepted", "started"].map((status) => isFinal(status as "asked"))).toEqual([false, false, false, false]);
  expect(["done", "refused", "failed", "expired", "unanswered"].every((status) => isFinal(status as "done"))).toBe(true);
});

test("an old no is not shown while the bank is not live; an open question is", () => {
  expect(viewWhileBlind({ name: "refused", code: "shelving.aisle_occupied", holder: null })).toEqual({ name: "idle" });
  expect(viewWhileBlind({ name: "expired", code: null, holder: null })).toEqual({ name: "idle" });
  expect(viewWhileBlind({ name: "asking" })).toEqual({ name: "asking" });
  expect(viewWhileBlind({ name: "silent", code: "shelving.room_silent", holder: null }).name).toBe("silent");
});

test("the cause of a refusal is followed in the interlock it speaks of", () => {
  const seen = (check: "safe" | "unsafe" | "unknown") => ({
    ...STANDING,
    interlocks: [{ name: "occupancy", check, age_ms: 100, seen_by: "controller" as const }],
  });
  expect(isCauseGone("shelving.aisle_occupied", seen("unsafe"))).toBe(false);
  expect(isCauseGone("shelving.aisle_occupied", seen("unknown"))).toBe(false);
  expect(isCauseGone("shelving.aisle_occupied", seen("safe"))).toBe(true);
  expect(isCauseGone("shelving.held_by_other", seen("safe"))).toBeNull();
  expect(isCauseGone("shelving.aisle_occupied", null)).toBeNull();
});

test("a refusal for somebody's hold or lock is over when that ends", () => {
  const free = { ...STANDING, hold: null, holds: [] };
  expect(isCauseGone("shelving.held_by_other", STANDING, "陈静")).toBe(false);
  expect(isCauseGone("shelving.held_by_other", free, "陈静")).toBe(true);
  const locked = { ...free, own_lock: { actor: HOLD.actor, since: HOLD.since } };
  expect(isCauseGone("shelving.locked", locked, "陈静")).toBe(false);
  expect(isCauseGone("shelving.locked", free, "陈静")).toBe(true);
});
