/** A bank as the room tells of it, for tests. */

import type { BankState, Interlock, SegmentState } from "../api/types";

export const SAFE: Interlock[] = ["remote_control", "e_stop_chain", "fire", "power", "entrance", "occupancy"].map(
  (name) => ({ name, check: "safe", age_ms: 200, seen_by: "controller" }),
);

export const SEGMENT: SegmentState = {
  segment: 1,
  phase: "open",
  mode: "normal",
  aisle: 3,
  aisles: [3],
  target: null,
  remaining_s: 0,
  why: null,
  hold: null,
  holds: [],
  lock: "unlocked",
  own_lock: null,
  sleep: "awake",
  armed: null,
  trip: null,
  request_id: null,
  interlocks: SAFE,
};

export const BANK: BankState = {
  device: "shelving-1",
  bank: 1,
  boot_id: "a",
  version: 7,
  age_ms: 100,
  at: "2026-11-22T00:00:00Z",
  online: true,
  why_offline: null,
  simulated: false,
  segments: [SEGMENT],
  columns: [],
  lock_outs: [],
  guarantee: "fenced",
  orders: ["open_aisle", "close_all", "ventilate", "lock", "sleep", "wake", "stop"],
  commissioned: true,
  start: "remote",
  cycle_s: 0.4,
  cycle_budget_s: 0.3,
  received_age_s: 0.2,
};

export const LIVE = { tone: "live", age_s: 0.4, why: null } as const;
export const CHEN = { id: "u1", name: "陈静" };
export const LI = { id: "u2", name: "李强" };
