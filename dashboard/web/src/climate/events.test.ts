import { expect, test } from "vitest";
import type { Alarm } from "../api/types";
import { alarmEvents, unitEvents } from "./events";

const alarm = (more: Partial<Alarm> & { zone?: string }): Alarm => ({
  id: "a",
  kind: "climate.limit",
  room: "R1",
  subject: "R1/room",
  params: { probe: "probe-1" },
  priority: "medium",
  raised_at: "2026-03-01T10:00:00Z",
  cleared_at: "2026-03-01T12:00:00Z",
  acknowledged: null,
  told: [],
  ...more,
} as Alarm);
const AT = { room: "R1", zone: "room", probes: ["probe-1"] };
const s = (iso: string) => Date.parse(iso) / 1000;
const shown = (alarms: Alarm[], from = "2026-03-01T00:00:00Z", to = "2026-03-02T00:00:00Z") =>
  alarmEvents(alarms, AT, s(from), s(to)).map(({ kind }) => kind);

test("an alarm is marked where it came and where it went", () => {
  expect(shown([alarm({})])).toEqual(["raised", "cleared"]);
  expect(shown([alarm({ cleared_at: null })])).toEqual(["raised"]);
});

test("what lies outside of the period, the room, its probes or the air is not shown", () => {
  expect(shown([alarm({})], "2026-03-01T11:00:00Z")).toEqual(["cleared"]);
  expect(shown([alarm({ room: "R2" })])).toEqual([]);
  expect(shown([alarm({ params: { probe: "probe-2" } })])).toEqual([]);
  expect(shown([alarm({ kind: "trip" })])).toEqual([]);
  expect(shown([alarm({ params: {}, zone: "room", cleared_at: null })])).toEqual(["raised"]);
  expect(shown([alarm({ params: {}, zone: "attic" })])).toEqual([]);
});

test("water on the floor of no zone is the whole room's", () => {
  expect(shown([alarm({ kind: "climate.leak", params: {}, cleared_at: null })])).toEqual(["raised"]);
});

test("a unit that should run and must rest yet, or is away, was not switched", () => {
  const decision = (at: string, wanted: boolean, on: boolean | null) => ({ at, wanted, on, why: "guard_min_off" });
  const rests = decision("2026-03-01T11:00Z", true, false);
  const away = decision("2026-03-01T11:30Z", false, null);
  const runs = decision("2026-03-01T12:00Z", true, true);
  expect(unitEvents([away, rests], "dryer-1")).toEqual([]);
  expect(unitEvents([runs, away, rests], "dryer-1").map(({ kind, at_s }) => [kind, at_s])).toEqual([["on", s("2026-03-01T12:00Z")]]);
});

test("a unit is marked where it was switched, not where its reason changed", () => {
  const decision = (at: string, wanted: boolean) => ({ at, wanted, on: wanted, why: "dry" });
  const events = unitEvents([decision("2026-03-01T13:00Z", false), decision("2026-03-01T12:00Z", true), decision("2026-03-01T11:00Z", true)], "dryer-1");
  expect(events.map(({ kind, at_s }) => [kind, at_s])).toEqual([["on", s("2026-03-01T11:00Z")], ["off", s("2026-03-01T13:00Z")]]);
});

test("what a room says before it has seen its unit is no switching", () => {
  const first = { at: "2026-03-01T10:00Z", wanted: false, on: null, why: "unit_away" };
  const then = { at: "2026-03-01T10:01Z", wanted: false, on: false, why: "dry_enough" };
  expect(unitEvents([then, first], "dryer-1")).toEqual([]);
});
