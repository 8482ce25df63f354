import { expect, test } from "vitest";
import { byAisle, progress, seen } from "./progress";

test("what has left the list since it was opened is done; what came later counts too", () => {
  const opened = seen(seen(new Set(), ["a", "b"]), ["b", "c"]);
  expect(progress(opened, ["b", "c"])).toEqual({ done: 1, all: 3 });
  expect(seen(opened, ["b"])).toBe(opened);
});

test("what lies behind one aisle stands together, in the order of the room, the rest last", () => {
  const row = (code: string, bank: number | null, aisle = 1) => ({ code, aisle: bank ? { bank, segment: 1, aisle } : null });
  const groups = byAisle([row("a", 2), row("b", null), row("c", 1, 12), row("d", 2), row("e", 1, 3)]);
  expect(groups.map((one) => one.rows.map(({ code }) => code))).toEqual([["e"], ["c"], ["a", "d"], ["b"]]);
});
