import { beforeEach, expect, test } from "vitest";
import { setSiteZone } from "../i18n/zone";
import { fileName, listed, narrowed, printing, scopeOf, WHOLE } from "./order";
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

test("a pasted list is read line by line and cell by cell, each thing once, as a code or as its label says it", () => {
  expect(listed(" X043-1 \r\nX043-2\tX043-3\n\nSR:B:X043-1\nsr:s:R1-B1-C1-L-1-1\n")).toEqual([
    "X043-1",
    "X043-2",
    "X043-3",
    "R1-B1-C1-L-1-1",
  ]);
  expect(listed(" \n\t ")).toEqual([]);
});

test("a printer is told its resolution and a sheet its used places, and nothing else is", () => {
  expect(printing("zpl", "60x40", { dpi: 300, skip: "5" })).toEqual({ format: "zpl", size: "60x40", dpi: 300 });
  expect(printing("pdf", "a4-sheet", { dpi: 300, skip: "5" })).toEqual({ format: "pdf", size: "a4-sheet", skip: 5 });
  for (const [typed, skip] of [["99", 23], ["2.7", 2]] as const) {
    expect(printing("pdf", "a4-sheet", { dpi: 203, skip: typed }).skip).toBe(skip);
  }
  for (const typed of ["", "-3", "x", "0"]) {
    expect(printing("pdf", "a4-sheet", { dpi: 203, skip: typed })).toEqual({ format: "pdf", size: "a4-sheet" });
  }
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
