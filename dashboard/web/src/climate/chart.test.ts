import { beforeAll, expect, test } from "vitest";
import { setSiteZone } from "../i18n/zone";
import { curveWithHoles, limitSpans, markLabels, markSteps, monthMarks, rangeOf, spread, thinned, withHoles } from "./chart";
import type { BandPoint } from "./types";

beforeAll(() => setSiteZone("Asia/Shanghai"));
const bands = (...moments: number[]): BandPoint[] => moments.map((at_s) => [at_s, 20, 19, 21]);
const holes = ([at, mean]: ReturnType<typeof withHoles>) => at.filter((_, index) => mean?.[index] === null);

test("the line breaks where the controller says that nothing is known, and nowhere else", () => {
  expect(holes(withHoles(bands(0, 10, 90, 100), [[20, 90]]))).toEqual([55]);
  expect(holes(withHoles(bands(0, 10, 90, 100), []))).toEqual([]);
});

test("gaps before the first value and after the last make no hole", () => {
  expect(holes(withHoles(bands(50, 60), [[0, 50], [70, 200]]))).toEqual([]);
});

test("the limit of mould breaks where the line beside it does", () => {
  expect(curveWithHoles([[0, 75], [90, 76]], [[20, 90]])).toEqual([[0, 75], [55, null], [90, 76]]);
  expect(curveWithHoles([], [[20, 90]])).toEqual([]);
});

test("mean, lowest and highest stay beside their moment", () => {
  expect(withHoles(bands(5), [])).toEqual([[5], [20], [19], [21]]);
});

const SEASONED = {
  limits: { humidity_pct: { low: 45, high: 60, critical_high: null } },
  seasons: [{ first_month: 11, last_month: 2, limits: { humidity_pct: { low: 35, high: 55 } } }],
};
const at = (iso: string) => Date.parse(iso) / 1000;

test("limits change at the first midnight of a season at the site", () => {
  const spans = limitSpans(SEASONED, "humidity_pct", at("2026-10-20T00:00Z"), at("2026-11-20T00:00Z"));
  expect(spans.map(({ bounds }) => bounds)).toEqual([{ low: 45, high: 60 }, { low: 35, high: 55 }]);
  expect(spans[1]?.from_s).toBe(at("2026-10-31T16:00Z"));
});

test("a season over the turn of the year is one stretch", () => {
  expect(limitSpans(SEASONED, "humidity_pct", at("2026-12-05T00:00Z"), at("2027-02-05T00:00Z"))).toHaveLength(1);
});

test("a quantity without limits has none", () => {
  expect(limitSpans(SEASONED, "co2_ppm", at("2026-12-05T00:00Z"), at("2027-02-05T00:00Z"))).toEqual([]);
});

test("the range of lines takes their extremes, not their means", () => {
  expect(rangeOf([{ probe: "a", name: "A", bands: bands(1, 2), gaps: [], mouldLimit: [] }])).toEqual({ low: 19, high: 21, mean: 20 });
  expect(rangeOf([{ probe: "a", name: "A", bands: [], gaps: [], mouldLimit: [] }])).toBeNull();
});

test("the scale holds values and limits, and never has no height", () => {
  const [low, high] = spread(20, 21, [14, 24]);
  expect(low).toBeLessThan(14);
  expect(high).toBeGreaterThan(24);
  const flat = spread(0, 0, []);
  expect(flat[1]).toBeGreaterThan(flat[0]);
});

test("long periods are marked where months begin at the site", () => {
  const [from_s, to_s] = [at("2025-11-22T16:00Z"), at("2026-11-22T16:00Z")];
  const months = monthMarks(from_s, to_s, markSteps(from_s, to_s)[0] as number);
  expect(months).toHaveLength(12);
  expect(months[0]).toBe(at("2025-11-30T16:00Z"));
  expect(monthMarks(from_s, to_s, markSteps(from_s, to_s)[2] as number).map((one) => new Date(one * 1000).toISOString().slice(0, 7))).toEqual([
    "2025-12",
    "2026-03",
    "2026-06",
    "2026-09",
  ]);
  expect(monthMarks(at("2026-01-31T16:00Z"), at("2026-02-01T16:00Z"), 0)).toEqual([at("2026-01-31T16:00Z")]);
});

test("days are marked by whole days, and no mark reads twice", () => {
  expect(Math.min(...markSteps(0, 7 * 86_400))).toBe(86_400);
  expect(Math.max(...markSteps(0, 86_400))).toBeLessThan(86_400);
  expect(markLabels([0, 1, 2], (mark) => String(mark % 2))).toEqual(["0", "1", ""]);
});

test("a long line is thinned for its table, the newest stays", () => {
  const kept = thinned(bands(...Array.from({ length: 100 }, (_, index) => index)), 10);
  expect(kept.length).toBeLessThanOrEqual(11);
  expect(kept.at(-1)?.[0]).toBe(99);
});
