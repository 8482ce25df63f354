import { expect, test } from "vitest";
import type { BankState, SegmentState, Turn } from "../api/types";
import { hindrances, startsOnlyAtBank, verdict } from "./hindrance";
import { BANK, CHEN, LI, LIVE, SAFE, SEGMENT } from "./sample";

const AT = "2026-11-22T00:00:00Z";

function found(segment: Partial<SegmentState> = {}, bank: Partial<BankState> = {}, turns: Turn[] = []) {
  const now = { ...SEGMENT, ...segment };
  return hindrances({ bank: { ...BANK, ...bank }, segment: now, look: LIVE, room: null, turns, me: CHEN });
}
const says = (...given: Parameters<typeof found>) => found(...given).map((one) => one.says);

test("nothing speaks against a bank that is well", () => {
  expect(found()).toEqual([]);
  expect(verdict(found())).toBe("free");
});

test("an old picture says only that it is old, whatever it shows", () => {
  const look = { tone: "stale", age_s: 40, why: null } as const;
  const now = hindrances({ bank: BANK, segment: { ...SEGMENT, mode: "fire" }, look, room: null, turns: [], me: { id: "", name: "" } });
  expect(now.map((one) => one.says)).toEqual(["stale"]);
  expect(verdict(now)).toBe("stale");
});

test("each interlock that is not safe is told, unknown ones too", () => {
  const interlocks = SAFE.map((one) =>
    one.name === "occupancy" ? { ...one, check: "unsafe" as const } : one.name === "fire" ? { ...one, check: "unknown" as const } : one,
  );
  expect(found({ interlocks })).toMatchObject([
    { weight: "blocks", says: "interlock_unsafe", params: { interlock: "occupancy", code: "aisle_occupied" } },
    { weight: "blocks", says: "interlock_unknown", params: { interlock: "fire" } },
  ]);
});

test("what nobody sees takes a person at the bank, and does not count as unsafe", () => {
  const interlocks = [...SAFE, { name: "crank", check: "unknown", age_ms: null, seen_by: "nobody" } as const];
  expect(found({ interlocks })).toEqual([{ weight: "at_bank", says: "unseen", params: { interlocks: ["crank"] } }]);
});

test("a lock tells whose it is: own, somebody else's, or set at the steel", () => {
  expect(says({ lock: "locked", own_lock: { actor: CHEN, since: AT } })).toEqual(["lock_own"]);
  expect(says({ lock: "locked", own_lock: { actor: LI, since: AT } })).toEqual(["lock_other"]);
  expect(says({ lock: "locked" })).toEqual(["locked_at_steel"]);
  expect(says({ lock: "unknown", sleep: "asleep" })).toEqual(["lock_unknown", "asleep"]);
});

test("a trip blocks and keeps its code", () => {
  const trip = { id: "t", code: "pressure", raw: "24", since: AT, needs: "reset" } as const;
  expect(found({ phase: "faulted", why: "faulted", trip })).toEqual([
    { weight: "blocks", says: "phase", params: { code: "pressure" } },
  ]);
});

test("a protection that has not tripped is told too", () => {
  expect(found({ hindrance: { code: "side_panel", raw: "9" } })).toEqual([
    { weight: "blocks", says: "phase", params: { code: "side_panel" } },
  ]);
});

test("a segment that nobody knows the state of cannot move", () => {
  expect(found({ phase: "unknown", why: null })[0]).toMatchObject({ weight: "blocks", params: { code: "steel_unknown" } });
});

test("steel that moves is no fault: it moves, unless something graver is said", () => {
  expect(verdict(found({ phase: "moving" }))).toBe("moving");
  expect(verdict(found({ phase: "moving", sleep: "unknown" }))).toBe("blocks");
});

test("one's own hold does not stand in one's way, somebody else's does", () => {
  const own = { aisle: 3, actor: CHEN, since: AT, offered_to: null };
  expect(says({ holds: [own] })).toEqual([]);
  expect(found({ holds: [{ ...own, actor: LI }] })).toMatchObject([{ weight: "limits", params: { aisle: 3, name: "李强" } }]);
});

test("nobody moves a bank without a signed moving test, except simulated ones", () => {
  expect(says({}, { commissioned: false })).toEqual(["not_commissioned"]);
  expect(says({}, { commissioned: false, simulated: true })).toEqual([]);
});

test("a lock-out limits and gives its reason where there is one", () => {
  const lock_outs = [{ column: 4, actor: LI, since: AT, reason: "层板变形" }];
  expect(says({}, { lock_outs })).toEqual(["lock_out"]);
  expect(says({}, { lock_outs: [{ ...lock_outs[0]!, reason: "" }] })).toEqual(["lock_out_bare"]);
});

test("an offered turn stands in everybody's way but its owner's", () => {
  const turn = { id: "1", bank: 1, segment: 1, aisle: 3, user: LI, purpose: null, asked_at: AT, status: "offered", offered_until: AT } as const;
  expect(says({}, {}, [turn])).toEqual(["turn"]);
  expect(says({}, {}, [{ ...turn, user: CHEN }])).toEqual([]);
  expect(says({}, {}, [{ ...turn, status: "waiting" }])).toEqual([]);
});

test("shelving that cannot be stopped, or acts on late orders, is started at the bank only", () => {
  expect(startsOnlyAtBank(BANK)).toBe(false);
  expect(startsOnlyAtBank({ ...BANK, guarantee: "polled" })).toBe(true);
  expect(startsOnlyAtBank({ ...BANK, orders: ["open_aisle"] })).toBe(true);
  expect(verdict(found({}, { start: "at_bank" }))).toBe("at_bank");
});

test("the headline is the gravest of all", () => {
  const lock_outs = [{ column: 4, actor: LI, since: AT, reason: "" }];
  expect(verdict(found({}, { lock_outs }))).toBe("limits");
  expect(verdict(found({ sleep: "asleep" }, { lock_outs, start: "at_bank" }))).toBe("blocks");
});
