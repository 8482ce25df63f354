import { expect, test } from "vitest";
import type { Alarm } from "../api/types";
import { bankOf, doorOf, errorParts, inOrder, kindKey, standingOf, unacknowledged } from "./alarm";
import { leftWords } from "./words";

const ALARM: Alarm = {
  id: "1",
  kind: "shelving.trip",
  room: "R1",
  subject: "R1-B2",
  params: { bank: 2 },
  priority: "high",
  raised_at: "2026-11-22T00:00:00Z",
  acknowledged: null,
  cleared_at: null,
  told: [],
};
const KNOWN = { by: "陈静", at: "2026-11-22T00:01:00Z", comment: null };

test("an alarm is over only when it is both acknowledged and its cause gone", () => {
  const gone = "2026-11-22T00:02:00Z";
  expect(standingOf(ALARM)).toBe("unacknowledged");
  expect(standingOf({ ...ALARM, acknowledged: KNOWN })).toBe("acknowledged");
  expect(standingOf({ ...ALARM, cleared_at: gone })).toBe("cleared");
  expect(standingOf({ ...ALARM, acknowledged: KNOWN, cleared_at: gone })).toBe("over");
});

test("the bell counts what nobody has acknowledged, whether or not the cause is gone", () => {
  expect(unacknowledged([ALARM, { ...ALARM, acknowledged: KNOWN }, { ...ALARM, cleared_at: "x" }])).toBe(2);
});

test("what needs somebody comes first, then the gravest, then the newest", () => {
  const alarms = [
    { ...ALARM, id: "known", acknowledged: KNOWN },
    { ...ALARM, id: "low", priority: "low" as const },
    { ...ALARM, id: "old" },
    { ...ALARM, id: "new", raised_at: "2026-11-22T08:00:00Z" },
  ];
  expect(inOrder(alarms).map((one) => one.id)).toEqual(["new", "old", "low", "known"]);
});

test("an alarm of a bank leads to its page, one of a device to none", () => {
  expect(bankOf(ALARM)).toBe(2);
  expect(bankOf({ params: { banks: [3, 4] } })).toBe(3);
  expect(bankOf({ params: { device: "plc-1" } })).toBeNull();
  expect(kindKey("shelving.trip")).toBe("trip");
  expect(kindKey("fire")).toBe("fire");
});

test("an error with a number keeps it", () => {
  expect(errorParts("http_503")).toEqual({ key: "http", status: "503" });
  expect(errorParts("timeout")).toEqual({ key: "timeout", status: "" });
});

test("what left by a door is named by its code, else by its tag, and leads to that door", () => {
  const params = { door: "door-2", epc: "E2", item_kind: "box", item_code: "B1" };
  expect(leftWords({ params, subject: "R1/door-2" })).toBe("B1");
  expect(leftWords({ params: { ...params, item_code: null }, subject: "R1/door-2" })).toBe("E2");
  expect(doorOf({ kind: "door_left", params })).toBe("door-2");
  expect(doorOf({ kind: "door_unsure", params })).toBe("door-2");
  expect(doorOf({ kind: "trip", params })).toBeNull();
});
