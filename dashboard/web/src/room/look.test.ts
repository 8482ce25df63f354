import { expect, test } from "vitest";
import type { StampedLive } from "../api/queries";
import type { BankState } from "../api/types";
import { aisleTone, bankLook, gapTravel, movingIn } from "./look";

const NOW = 1_000_000;

function liveWith(bank: Partial<BankState>, link: { alive: boolean; silent_s: number }, bank_s: number): StampedLive {
  const state: BankState = {
    device: "shelving-1",
    bank: 1,
    boot_id: "a",
    version: 1,
    age_ms: 0,
    at: "2026-11-22T00:00:00Z",
    online: true,
    why_offline: null,
    simulated: true,
    segments: [],
    columns: [],
    lock_outs: [],
    guarantee: "fenced",
    orders: [],
    commissioned: true,
    start: "remote",
    cycle_s: null,
    cycle_budget_s: null,
    received_age_s: bank_s,
    ...bank,
  };
  return {
    link: { alive: link.alive, age_s: link.silent_s },
    banks: [state],
    devices: [],
    at_ms: { 1: NOW - bank_s * 1000 },
    link_at_ms: NOW - link.silent_s * 1000,
  };
}

test("a bank is live while its room's heartbeat is young, however long it had nothing to say", () => {
  expect(bankLook(liveWith({}, { alive: true, silent_s: 2 }, 300), 1, NOW).tone).toBe("live");
});

test("after ten seconds without a word a bank is stale", () => {
  expect(bankLook(liveWith({}, { alive: true, silent_s: 11 }, 300), 1, NOW).tone).toBe("stale");
});

test("a room that is known to be away makes its banks stale at once", () => {
  expect(bankLook(liveWith({}, { alive: false, silent_s: 1 }, 1), 1, NOW).tone).toBe("stale");
});

test("a bank whose controller does not answer is offline and says why", () => {
  const look = bankLook(liveWith({ online: false, why_offline: "link_lost" }, { alive: true, silent_s: 1 }, 1), 1, NOW);
  expect(look).toMatchObject({ tone: "offline", why: "link_lost" });
});

test("a bank never heard of is shown as such", () => {
  expect(bankLook(undefined, 1, NOW)).toEqual({ tone: "unheard", age_s: null, why: null });
});

test("nothing old is ever shown as open", () => {
  const open = { phase: "open" } as Parameters<typeof aisleTone>[1];
  expect(aisleTone({ tone: "live", age_s: 0, why: null }, open)).toBe("open");
  expect(aisleTone({ tone: "stale", age_s: 20, why: null }, open)).toBe("stale");
});

test("the gap travels against the columns", () => {
  const columns = [{ column: 4, position_mm: 0, travel: "right", trip: null }] as BankState["columns"];
  const bank = liveWith({ columns }, { alive: true, silent_s: 0 }, 0).banks[0] as BankState;
  expect(gapTravel(bank, 1, 5)).toBe("left");
  expect(gapTravel(bank, 6, 9)).toBeNull();
});

test("everything that moves is found, so that it can be stopped", () => {
  const segments = [{ segment: 1, phase: "open" }, { segment: 2, phase: "moving" }] as BankState["segments"];
  const moving = movingIn(liveWith({ segments }, { alive: true, silent_s: 0 }, 0));
  expect(moving.map((one) => [one.bank, one.segment.segment])).toEqual([[1, 2]]);
});
