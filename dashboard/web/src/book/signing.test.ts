import { expect, test } from "vitest";
import { begun, mayNote, maySign, unsigned } from "./signing";
import type { Book, Cell, Entry } from "./types";

const cell = (state: Cell["state"]) => ({ zone: "room", state }) as Cell;
const entry = (state: Cell["state"], signed_by: string | null = null, slot: Entry["slot"] = "morning") =>
  ({ slot, inside: [cell(state)], outside: [], signed_by }) as unknown as Entry;
const book = (...days: [string, ...Entry[]][]) => ({ days: days.map(([date, ...entries]) => ({ date, entries })) }) as Book;

test("only what has values and no signature is signed", () => {
  expect([entry("noted"), entry("proposed"), entry("missed"), entry("to_come"), entry("noted", "Li")].map(maySign)).toEqual([true, true, false, false, false]);
});

test("a missed value may still be noted, a signed one never", () => {
  expect(mayNote(entry("missed"), cell("missed"))).toBe(true);
  expect(mayNote(entry("to_come"), cell("to_come"))).toBe(false);
  expect(mayNote(entry("noted", "Li"), cell("noted"))).toBe(false);
});

test("what waits for a signature is listed by day and slot", () => {
  const waiting = unsigned(book(["2026-03-01", entry("noted", "Li"), entry("proposed", null, "afternoon")], ["2026-03-02", entry("to_come")]));
  expect(waiting).toEqual([{ date: "2026-03-01", slot: "afternoon" }]);
});

test("days to come are not shown, the newest stands first", () => {
  expect(begun(book(["2026-03-01", entry("noted")], ["2026-03-02", entry("missed")], ["2026-03-03", entry("to_come")])).map(({ date }) => date)).toEqual(["2026-03-02", "2026-03-01"]);
});
