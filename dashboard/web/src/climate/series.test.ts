import { expect, test } from "vitest";
import type { Series } from "../api/types";
import { markLabels, markSteps, withHoles } from "./series";

const at = (...seconds: number[]): Series["points"] => seconds.map((one) => [one, 20, 50]);
const holes = (points: Series["points"]) => points.filter((point) => point[1] === null).map((point) => point[0]);

test("the line breaks where nothing was measured for long", () => {
  expect(holes(withHoles(at(0, 10, 20, 30, 90, 100, 110)))).toEqual([60]);
});

test("three times the usual spacing is no gap yet", () => {
  expect(holes(withHoles(at(0, 10, 20, 50, 60, 70)))).toEqual([]);
});

test("a series thinned to the ends of each span of time is not torn", () => {
  const span_s = 30 * 86_400 / 500;
  const thinned = Array.from({ length: 500 }, (_, index) => [index * span_s, (index + 1) * span_s - 10]).flat();
  expect(holes(withHoles(at(...thinned)))).toEqual([]);
});

test("few points or none make no hole", () => {
  expect(withHoles([])).toEqual([]);
  expect(withHoles(at(5))).toEqual(at(5));
  expect(holes(withHoles(at(5, 5000)))).toEqual([]);
});

test("days are marked by whole days, and no mark reads twice", () => {
  expect(Math.min(...markSteps(0, 7 * 86_400))).toBe(86_400);
  expect(Math.max(...markSteps(0, 86_400))).toBeLessThan(86_400);
  expect(markLabels([0, 1, 2], (mark) => String(mark % 2))).toEqual(["0", "1", ""]);
});
