import { expect, test } from "vitest";
import { bankOf, doorOf, errorParts, inOrder, kindKey, standingOf, unacknowledged } from "./alarm";
import { anAlarm } from "./sample";
import { leftWords } from "./words";

const ALARM = anAlarm({ kind: "shelving.trip", subject: "R1-B2", params: { bank: 2 }, priority: "high" });
const KNOWN = { state: "ACKED", acknowledged: { by: "陈静", at: "2026-11-22T00:01:00Z", comment: null } } as const;

test("an alarm is over only when it is both acknowledged and its cause gone", () => {
  expect(standingOf(ALARM)).toBe("unacknowledged");
  expect(standingOf({ ...ALARM, ...KNOWN })).toBe("acknowledged");
  expect(standingOf({ ...ALARM, state: "RTNUN" })).toBe("cleared");
  expect(standingOf({ ...ALARM, state: "NORM" })).toBe("over");
});

test("what a person, a window or another cause holds is told by that, not by whether it was acknowledged", () => {
  expect(standingOf({ ...ALARM, state: "SHELVED" })).toBe("shelved");
  expect(standingOf({ ...ALARM, state: "DSUPR" })).toBe("suppressed");
  expect(standingOf({ ...ALARM, state: "OOSRV" })).toBe("out_of_service");
});

test("a latched alarm whose cause is gone waits to be reset, acknowledged or not", () => {
  const back = { latched: true, returned_at: "2026-11-22T00:02:00Z" };
  expect(standingOf({ ...ALARM, ...back })).toBe("to_reset");
  expect(standingOf({ ...ALARM, ...back, state: "ACKED" })).toBe("to_reset");
  expect(standingOf({ ...ALARM, ...back, state: "SHELVED" })).toBe("shelved");
});

test("the bell counts what nobody has acknowledged, whether or not the cause is gone, and nothing that is held", () => {
  const held = (["SHELVED", "DSUPR", "OOSRV"] as const).map((state) => ({ ...ALARM, state }));
  expect(unacknowledged([ALARM, { ...ALARM, ...KNOWN }, { ...ALARM, state: "RTNUN" }, ...held])).toBe(2);
});

test("what needs somebody comes first, then the gravest, then the newest; what is held comes last", () => {
  const alarms = [
    { ...ALARM, id: "held", state: "SHELVED" as const },
    { ...ALARM, id: "known", ...KNOWN },
    { ...ALARM, id: "low", priority: "low" as const },
    { ...ALARM, id: "old" },
    { ...ALARM, id: "new", raised_at: "2026-11-22T08:00:00Z" },
  ];
  expect(inOrder(alarms).map((one) => one.id)).toEqual(["new", "old", "low", "known", "held"]);
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
