import { expect, test } from "vitest";
import { type Window, windowsInOrder, windowState } from "./window";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const window = (from: string, to: string | null, ended_at: string | null = null): Window => ({
  ...{ id: `${from}${ended_at ?? ""}`, room: "R1", zone: null, kinds: [], reason: "filters", by: "陈静" },
  ...{ from, to, ended_at },
});
const PLANNED = window("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z");
const RUNNING = window("2026-11-22T11:00:00Z", null);
const PAST = window("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");

test("a window is planned, in force, or over by its end or by a person", () => {
  expect(windowState(PLANNED, NOW)).toBe("planned");
  expect(windowState(RUNNING, NOW)).toBe("running");
  expect(windowState(PAST, NOW)).toBe("over");
  expect(windowState(window(RUNNING.from, null, "2026-11-22T11:30:00Z"), NOW)).toBe("over");
  expect(windowState(window("2026-11-22T10:00:00Z", "2026-11-22T12:00:00Z"), NOW)).toBe("over");
});

test("what is in force comes first, what is over last", () => {
  expect(windowsInOrder([PAST, PLANNED, RUNNING], NOW)).toEqual([RUNNING, PLANNED, PAST]);
});
