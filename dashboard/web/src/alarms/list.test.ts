import { expect, test } from "vitest";
import { actsOf, byZone, isSought } from "./list";
import { anAlarm } from "./sample";

const HOLD = { by: "陈静", since: "2026-11-22T00:00:00Z", until: null, reason: "probe is away" };
const all = () => true;

test("an empty filter takes all alarms, each part of it fewer", () => {
  const alarm = anAlarm();
  expect(isSought(alarm, {})).toBe(true);
  expect(isSought(alarm, { room: "R1", zone: "room", kind: "climate.limit", standing: "unacknowledged" })).toBe(true);
  for (const other of [{ room: "R2" }, { zone: "vault" }, { kind: "fire" }, { standing: "shelved" }]) {
    expect(isSought(alarm, other)).toBe(false);
  }
});

test("the zone with the most urgent alarm comes first, what has no zone stands by itself", () => {
  const groups = byZone([
    anAlarm({ id: "a", zone: "vault", priority: "low" }),
    anAlarm({ id: "b", zone: "room", state: "ACKED" }),
    anAlarm({ id: "c", zone: null, kind: "fire", priority: "high" }),
    anAlarm({ id: "d", zone: "vault" }),
    anAlarm({ id: "e", zone: "vault", room: "R2", state: "NORM" }),
  ]);
  expect(groups.map((one) => [one.key, one.alarms.map(({ id }) => id), one.waiting])).toEqual([
    ["R1/", ["c"], 1],
    ["R1/vault", ["d", "a"], 2],
    ["R1/room", ["b"], 0],
    ["R2/vault", ["e"], 0],
  ]);
});

test("what may be done follows the state: the next step first", () => {
  expect(actsOf(anAlarm(), all)).toEqual(["acknowledge", "assign", "shelve", "take_out"]);
  expect(actsOf(anAlarm({ state: "ACKED" }), all)).toEqual(["assign", "shelve", "take_out"]);
  expect(actsOf(anAlarm({ state: "RTNUN", cleared_at: "2026-11-22T01:00:00Z" }), all)).toEqual(["acknowledge", "assign"]);
  expect(actsOf(anAlarm({ state: "SHELVED", shelved: HOLD }), all)).toEqual(["unshelve", "assign", "take_out"]);
  expect(actsOf(anAlarm({ state: "OOSRV", out_of_service: HOLD }), all)).toEqual(["return", "assign"]);
  expect(actsOf(anAlarm({ state: "NORM", cleared_at: "2026-11-22T01:00:00Z" }), all)).toEqual([]);
});

test("only a latched alarm whose cause is gone can be reset", () => {
  const latched = anAlarm({ latched: true });
  expect(actsOf(latched, all)).not.toContain("reset");
  expect(actsOf({ ...latched, returned_at: "2026-11-22T01:00:00Z" }, all)[0]).toBe("reset");
});

test("who may only acknowledge is offered no shelving, an auditor nothing", () => {
  expect(actsOf(anAlarm(), (one) => one === "alarm.acknowledge")).toEqual(["acknowledge", "assign"]);
  expect(actsOf(anAlarm(), () => false)).toEqual([]);
});
