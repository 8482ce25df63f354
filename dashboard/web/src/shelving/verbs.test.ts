import { expect, test } from "vitest";
import type { BankState, SegmentState } from "../api/types";
import { BANK, CHEN, LI, LIVE, SEGMENT } from "./sample";
import { offers } from "./verbs";

const AT = "2026-11-22T00:00:00Z";
const ALL = () => true;

function offered(segment: Partial<SegmentState> = {}, bank: Partial<BankState> = {}, may = ALL as (p: string) => boolean) {
  const given = offers({ ...BANK, ...bank }, { ...SEGMENT, ...segment }, LIVE, CHEN, may);
  return Object.fromEntries(given.map((one) => [one.verb, one.blocked]));
}

test("only what the shelving can do is offered", () => {
  expect(Object.keys(offered())).toEqual(["open_aisle", "close_all", "ventilate", "park", "lock", "sleep"]);
  expect(Object.keys(offered({}, { orders: ["open_aisle", "stop"] }))).toEqual(["open_aisle"]);
  expect(Object.keys(offered({}, { orders: [] }))).toEqual([]);
});

test("only what the post may do is offered", () => {
  expect(Object.keys(offered({}, {}, (one) => one === "steel.lock"))).toEqual(["lock", "sleep"]);
  expect(Object.keys(offered({}, {}, (one) => one === "aisle.open"))).toEqual(["open_aisle", "close_all", "ventilate"]);
});

test("locked by oneself: unlock is offered, motion is not", () => {
  const now = offered({ lock: "locked", own_lock: { actor: CHEN, since: AT } });
  expect(now).toMatchObject({ unlock: null, open_aisle: "locked" });
  expect(now).not.toHaveProperty("lock");
});

test("nobody lifts somebody else's lock from here, nor one set at the steel", () => {
  expect(offered({ lock: "locked", own_lock: { actor: LI, since: AT } }).unlock).toBe("locked_by_other");
  const steel = offered({ lock: "locked" });
  expect(steel).not.toHaveProperty("unlock");
  expect(steel.open_aisle).toBe("locked_at_steel");
});

test("asleep: wake is offered, motion waits for it", () => {
  const now = offered({ sleep: "asleep" });
  expect(now).toMatchObject({ wake: null, close_all: "asleep" });
  expect(now).not.toHaveProperty("sleep");
});

test("drives that can only be woken are not offered sleep", () => {
  const orders = BANK.orders.filter((one) => one !== "sleep");
  expect(offered({}, { orders })).not.toHaveProperty("sleep");
  expect(offered({ sleep: "asleep" }, { orders })).toHaveProperty("wake");
});

test("nothing is asked of steel that moves, is tripped, on fire or not commissioned", () => {
  expect(offered({ phase: "moving" }).lock).toBe("already_moving");
  expect(offered({ phase: "faulted" }).open_aisle).toBe("faulted");
  expect(offered({ mode: "fire" }).open_aisle).toBe("fire");
  expect(offered({}, { commissioned: false }).open_aisle).toBe("not_commissioned");
});

test("what must be started at the bank can still be locked from here", () => {
  expect(offered({}, { guarantee: "polled" })).toMatchObject({ open_aisle: "start_at_bank", lock: null });
});

test("a room that starts at the bank keeps the wish, whatever its orders are worth", () => {
  expect(offered({}, { guarantee: "polled", start: "at_bank" })).toMatchObject({ open_aisle: null, close_all: null });
});

test("an old picture is no ground to ask anything", () => {
  const old = offers(BANK, SEGMENT, { tone: "stale", age_s: 30, why: null }, CHEN, ALL);
  expect(old.every((one) => one.blocked === "room_silent")).toBe(true);
});
