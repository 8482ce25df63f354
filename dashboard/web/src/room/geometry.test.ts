import { expect, test } from "vitest";
import type { BankPlan, BoxOnShelf, Counting } from "../api/types";
import {
  facesHigher,
  fit,
  gapsOf,
  mouthHand,
  placeBoxes,
  positionsOf,
  sectionsInView,
  segmentSpan,
  shelvesInView,
  spreadApart,
  unreported,
  withPlaces,
} from "./geometry";

/** Five columns of 500 mm, the third fixed, so two segments with a gap of 900 mm each. */
const BANK: BankPlan = {
  bank: 1,
  name: { zh: "一区", en: "Bank 1" },
  at_mm: { x: 0, y: 0 },
  columns: 5,
  fixed: [3],
  column_width_mm: 500,
  column_depth_mm: 4600,
  aisle_mm: 900,
  mouth: "below",
  width_mm: 4300,
  segments: [
    { segment: 1, first: 1, last: 2, aisles: [] },
    { segment: 2, first: 4, last: 5, aisles: [] },
  ],
  faces: [],
};

const at = (...positions: number[]) =>
  positionsOf(
    BANK,
    positions.map((position_mm, index) => ({ column: index + 1, position_mm, travel: "none", trip: null })),
  );

test("the gap is drawn where the columns leave it, one in each segment", () => {
  const gaps = gapsOf(BANK, at(0, 1400, 1900, 2400, 3800));
  expect(gaps).toEqual([
    { segment: 1, aisle: 1, from_mm: 500, to_mm: 1400 },
    { segment: 2, aisle: 1, from_mm: 2900, to_mm: 3800 },
  ]);
});

test("a gap at the end of a segment belongs to its last aisle, one at the beginning to aisle 0", () => {
  const gaps = gapsOf(BANK, at(0, 500, 1900, 3300, 3800));
  expect(gaps.map((gap) => [gap.segment, gap.aisle])).toEqual([
    [1, 2],
    [2, 0],
  ]);
});

test("columns under way leave several gaps that add up to one aisle", () => {
  const gaps = gapsOf(BANK, at(300, 1000, 1900, 2400, 3800)).filter((gap) => gap.segment === 1);
  expect(gaps.map((gap) => gap.aisle)).toEqual([0, 1, 2]);
  expect(gaps.reduce((sum, gap) => sum + gap.to_mm - gap.from_mm, 0)).toBe(900);
});

test("a crack between columns that stand together is no gap", () => {
  const gaps = gapsOf(BANK, at(20, 540, 1900, 3300, 3800)).filter((gap) => gap.segment === 1);
  expect(gaps.map((gap) => gap.aisle)).toEqual([2]);
});

test("a segment spans from one fixed thing to the next", () => {
  const positions = at(0, 500, 1900, 3300, 3800);
  expect(segmentSpan(BANK, 1, positions)).toEqual({ from_mm: 0, to_mm: 1900 });
  expect(segmentSpan(BANK, 2, positions)).toEqual({ from_mm: 2400, to_mm: 4300 });
});

test("columns that nobody reported are packed beside each other", () => {
  expect([...positionsOf(BANK, undefined).values()]).toEqual([0, 500, 1000, 1500, 2000]);
});

test("a column that does not report its place stays where it stood last and is known as such", () => {
  const told = [{ column: 2, position_mm: 1400, travel: "none", trip: null }] as const;
  const silent = [{ column: 2, position_mm: null, travel: "unknown", trip: null }] as const;
  const last = withPlaces(new Map(), told);
  expect(withPlaces(last, silent)).toBe(last);
  expect(positionsOf(BANK, silent, last).get(2)).toBe(1400);
  expect(positionsOf(BANK, silent).get(2)).toBe(500);
  expect([...unreported([...told, ...silent])]).toEqual([2]);
});

test("which side a face looks to follows the room file", () => {
  const usual: Counting = { sections_from: "mouth", shelves_from: "top", left_face_towards: "lower_columns" };
  expect(facesHigher(usual, "R")).toBe(true);
  expect(facesHigher(usual, "L")).toBe(false);
  expect(facesHigher({ ...usual, left_face_towards: "higher_columns" }, "L")).toBe(true);
});

test("somebody before a face that looks to lower columns has a mouth below to the right", () => {
  expect(mouthHand("below", false)).toBe("right");
  expect(mouthHand("below", true)).toBe("left");
  expect(mouthHand("above", false)).toBe("left");
  expect(mouthHand("above", true)).toBe("right");
});

test("sections and shelves are counted from where the room file says", () => {
  expect(sectionsInView(3, "mouth", "left")).toEqual([1, 2, 3]);
  expect(sectionsInView(3, "mouth", "right")).toEqual([3, 2, 1]);
  expect(sectionsInView(3, "back", "left")).toEqual([3, 2, 1]);
  expect(sectionsInView(3, "back", "right")).toEqual([1, 2, 3]);
  expect(shelvesInView(2, "top")).toEqual([1, 2]);
  expect(shelvesInView(2, "bottom")).toEqual([2, 1]);
});

const box = (code: string, order_mm: number, thickness_mm: number): BoxOnShelf => ({
  code,
  title: code,
  order_mm,
  thickness_mm,
  state: "in_place",
});

test("boxes stand where their order says", () => {
  const placed = placeBoxes([box("B", 200, 50), box("A", 0, 40)], 900);
  expect(placed.map(({ box: { code }, x_mm }) => [code, x_mm])).toEqual([
    ["A", 0],
    ["B", 200],
  ]);
});

test("a box never covers its neighbour", () => {
  const placed = placeBoxes([box("A", 0, 60), box("B", 10, 60)], 900);
  expect(placed[1]?.x_mm).toBe(60);
});

test("a row that would leave the shelf is pressed together and stays in order", () => {
  const placed = placeBoxes([box("A", 0, 60), box("B", 860, 60), box("C", 870, 60)], 900);
  const last = placed.at(-1);
  expect(placed.map((one) => one.box.code)).toEqual(["A", "B", "C"]);
  expect((last?.x_mm ?? 0) + (last?.width_mm ?? 0)).toBeLessThanOrEqual(900);
});

test("a frame is fitted to scale and centred", () => {
  const frame = { x_mm: 100, y_mm: 0, width_mm: 1000, height_mm: 1000 };
  const fitted = fit(frame, { width: 400, height: 220 }, { top: 10, right: 0, bottom: 10, left: 0 });
  expect(fitted.k).toBeCloseTo(0.2);
  expect(fitted.left + 100 * fitted.k).toBeCloseTo(100);
  expect(fitted.top).toBeCloseTo(10);
});

test("a bank shown large is drawn wider than to scale, as far as it is allowed and fits", () => {
  const frame = { x_mm: 0, y_mm: 0, width_mm: 1000, height_mm: 1000 };
  const none = { top: 0, right: 0, bottom: 0, left: 0 };
  expect(fit(frame, { width: 900, height: 200 }, none, 2)).toMatchObject({ k: 0.4, across: 0.2, left: 250 });
  expect(fit(frame, { width: 300, height: 200 }, none, 2)).toMatchObject({ k: 0.3, across: 0.2, left: 0 });
  expect(fit(frame, { width: 100, height: 200 }, none, 2)).toMatchObject({ k: 0.1, across: 0.1, top: 50 });
});

test("labels are moved apart and stay in bounds", () => {
  const lefts = spreadApart(
    [
      { middle: 50, width: 80 },
      { middle: 60, width: 80 },
    ],
    [0, 200],
  );
  expect(lefts[1]).toBeGreaterThanOrEqual((lefts[0] ?? 0) + 80);
  expect((lefts[1] ?? 0) + 80).toBeLessThanOrEqual(200);
});
