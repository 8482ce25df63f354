import { beforeEach, expect, test } from "vitest";
import { setSiteZone } from "../i18n/zone";
import { fileName, narrowed, scopeOf, WHOLE } from "./order";
import { dayBefore, period } from "./period";

beforeEach(() => setSiteZone("Asia/Shanghai"));

test("another bank or column lets go of what lies below it", () => {
  const face = { bank: 1, column: 3, face: "L" } as const;
  expect(narrowed(face, { bank: 2 })).toEqual({ bank: 2, column: null, face: null });
  expect(narrowed(face, { column: 4 })).toEqual({ bank: 1, column: 4, face: null });
  expect(narrowed(face, { face: "R" })).toEqual({ bank: 1, column: 3, face: "R" });
});

test("what is open is left out of what is asked", () => {
  expect(scopeOf("R1", WHOLE)).toEqual({ room: "R1" });
  expect(scopeOf("R1", { bank: 1, column: null, face: null })).toEqual({ room: "R1", bank: 1 });
});

test("a file's name holds nothing a disk refuses", () => {
  expect(fileName("box", "X043/盒 1", "pdf")).toBe("box-X043_盒_1.pdf");
});

test("a period runs from the first day's beginning to the last day's end, by the site's clock", () => {
  expect(period("2026-03-01", "2026-03-02")).toEqual({ from: "2026-02-28T16:00:00.000Z", to: "2026-03-02T16:00:00.000Z" });
  expect(period("2026-03-02", "2026-03-01")).toBeNull();
  expect(period("", "2026-03-01")).toBeNull();
});

test("a day on which the clock is put forward is still one day", () => {
  setSiteZone("Europe/Berlin");
  expect(period("2026-03-29", "2026-03-29")).toEqual({ from: "2026-03-28T23:00:00.000Z", to: "2026-03-29T22:00:00.000Z" });
});

test("today is today at the site", () => {
  expect(dayBefore(0, Date.parse("2026-03-01T20:00:00Z"))).toBe("2026-03-02");
  expect(dayBefore(1, Date.parse("2026-03-01T20:00:00Z"))).toBe("2026-03-01");
});
