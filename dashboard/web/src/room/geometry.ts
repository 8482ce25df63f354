/** Where steel and boxes go on the picture. Pure; lengths in mm, x grows with the column number. */

import type { BankPlan, BoxOnShelf, ColumnState, Counting, FaceName, Plan } from "../api/types";

export type Span = { from_mm: number; to_mm: number };

/** The stretch of rail that a segment's columns and its gap share. */
export function segmentSpan(bank: BankPlan, segment: number, positions: Positions): Span {
  const { first, last } = segmentOf(bank, segment);
  const before = positions.get(first - 1);
  const after = positions.get(last + 1);
  return {
    from_mm: before === undefined ? 0 : before + bank.column_width_mm,
    to_mm: after === undefined ? bank.width_mm : after,
  };
}

function segmentOf(bank: BankPlan, segment: number) {
  const found = bank.segments.find((one) => one.segment === segment);
  if (!found) throw new Error(`bank ${bank.bank} has no segment ${segment}`);
  return found;
}

/** Near edge of every column by its number. */
export type Positions = ReadonlyMap<number, number>;

/**
 * Take the positions as the steel reports them. A column whose place is not reported stands where it
 * stood last; one that never reported is packed beside its neighbour.
 */
export function positionsOf(
  bank: BankPlan,
  reported: readonly ColumnState[] | undefined,
  last: Positions = new Map(),
): Positions {
  const known = new Map(reported?.map((column) => [column.column, column.position_mm]));
  const positions = new Map<number, number>();
  let packed_mm = 0;
  for (let column = 1; column <= bank.columns; column++) {
    const at_mm = known.get(column) ?? last.get(column) ?? packed_mm;
    positions.set(column, at_mm);
    packed_mm = at_mm + bank.column_width_mm;
  }
  return positions;
}

/** The columns whose controller does not say where they stand. */
export function unreported(reported: readonly ColumnState[] | undefined): ReadonlySet<number> {
  const silent = reported?.filter((one) => one.position_mm === null) ?? [];
  return new Set(silent.map((one) => one.column));
}

/** Keep the newest place of every column that was ever told. */
export function withPlaces(last: Positions, reported: readonly ColumnState[] | undefined): Positions {
  const told = reported?.filter((one) => one.position_mm !== null && last.get(one.column) !== one.position_mm);
  if (!told?.length) return last;
  return new Map([...last, ...told.map((one) => [one.column, one.position_mm as number] as const)]);
}

export type Gap = Span & { segment: number; aisle: number };

/** List the free stretches of a bank that are wider than a crack, each with the aisle it is. */
export function gapsOf(bank: BankPlan, positions: Positions, crack_mm = 60): Gap[] {
  return bank.segments.flatMap(({ segment, first, last }) => {
    const { from_mm, to_mm } = segmentSpan(bank, segment, positions);
    const gaps: Gap[] = [];
    let free_from_mm = from_mm;
    for (let column = first; column <= last + 1; column++) {
      const at_mm = column > last ? to_mm : (positions.get(column) ?? to_mm);
      if (at_mm - free_from_mm > crack_mm) {
        gaps.push({ segment, aisle: column - first, from_mm: free_from_mm, to_mm: at_mm });
      }
      free_from_mm = at_mm + bank.column_width_mm;
    }
    return gaps;
  });
}

/** Say whether a face looks towards higher column numbers in this room. */
export function facesHigher(counting: Counting, face: FaceName): boolean {
  return (face === "R") === (counting.left_face_towards === "lower_columns");
}

/** Which face of a column lies at its lower-numbered edge. */
export function faceAtLowerEdge(counting: Counting): FaceName {
  return counting.left_face_towards === "lower_columns" ? "L" : "R";
}

/**
 * On which hand the aisle's mouth lies for a person who faces the face. Somebody before a face that
 * looks to lower columns looks along growing x; what is below on the plan is then to the right.
 */
export function mouthHand(mouth: "above" | "below", looksHigher: boolean): "left" | "right" {
  return (mouth === "below") === looksHigher ? "left" : "right";
}

/** Section numbers from left to right as that person sees them. */
export function sectionsInView(
  sections: number,
  sectionsFrom: Counting["sections_from"],
  mouth: "left" | "right",
): number[] {
  const rising = (sectionsFrom === "mouth") === (mouth === "left");
  return range(sections, rising);
}

/** Shelf numbers from top to bottom. */
export function shelvesInView(shelves: number, shelvesFrom: Counting["shelves_from"]): number[] {
  return range(shelves, shelvesFrom === "top");
}

function range(count: number, rising: boolean): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return rising ? numbers : numbers.reverse();
}

export type PlacedBox = { box: BoxOnShelf; x_mm: number; width_mm: number };

/**
 * Stand boxes on a shelf by their order. A box never covers its neighbour: one that would is moved
 * on, and a row that would leave the shelf is pressed together evenly.
 */
export function placeBoxes(boxes: readonly BoxOnShelf[], length_mm: number): PlacedBox[] {
  const sorted = [...boxes].sort((a, b) => a.order_mm - b.order_mm || a.code.localeCompare(b.code));
  let free_mm = 0;
  const placed = sorted.map((box) => {
    const width_mm = Math.max(1, box.thickness_mm);
    const x_mm = Math.max(box.order_mm, free_mm);
    free_mm = x_mm + width_mm;
    return { box, x_mm, width_mm };
  });
  if (free_mm <= length_mm) return placed;
  return pressed(placed, length_mm);
}

function pressed(placed: PlacedBox[], length_mm: number): PlacedBox[] {
  const total_mm = placed.reduce((sum, one) => sum + one.width_mm, 0);
  const squeeze = Math.min(1, length_mm / total_mm);
  let x_mm = 0;
  return placed.map(({ box, width_mm }) => {
    const one = { box, x_mm, width_mm: width_mm * squeeze };
    x_mm += one.width_mm;
    return one;
  });
}

export type Frame = { x_mm: number; y_mm: number; width_mm: number; height_mm: number };

/** What the picture should show: the whole room, or one bank. */
export function frameOf(plan: Plan, bank: number | null): Frame {
  const focus = plan.banks.find((one) => one.bank === bank);
  if (!focus) {
    return { x_mm: 0, y_mm: 0, width_mm: plan.size_mm.x, height_mm: plan.size_mm.y };
  }
  const { x, y } = focus.at_mm;
  return { x_mm: x, y_mm: y, width_mm: focus.width_mm, height_mm: focus.column_depth_mm };
}

export type Padding = { top: number; right: number; bottom: number; left: number };
/** px per mm along the rails and across them, and where the room's corner lies. */
export type Fit = { k: number; across: number; left: number; top: number };

/**
 * Fit a frame into a canvas of px. Where there is room to spare along the rails, columns may be
 * drawn up to `stretch` times wider than to scale, so that a finger hits them.
 */
export function fit(
  frame: Frame,
  canvas: { width: number; height: number },
  pad: Padding,
  stretch = 1,
): Fit {
  const width = canvas.width - pad.left - pad.right;
  const height = canvas.height - pad.top - pad.bottom;
  const across = Math.max(0, Math.min(width / frame.width_mm, height / frame.height_mm));
  const k = Math.max(0, Math.min(width / frame.width_mm, across * stretch));
  return {
    k,
    across,
    left: pad.left + (width - frame.width_mm * k) / 2 - frame.x_mm * k,
    top: pad.top + (height - frame.height_mm * across) / 2 - frame.y_mm * across,
  };
}

/** Move labels on a line apart until none covers its neighbour, and keep them all in bounds. */
export function spreadApart(
  labels: readonly { middle: number; width: number }[],
  bounds: [number, number],
  space = 6,
): number[] {
  const order = labels.map((_, index) => index);
  order.sort((a, b) => (labels[a]?.middle ?? 0) - (labels[b]?.middle ?? 0));
  const lefts = labels.map((one) => one.middle - one.width / 2);
  let free = bounds[0];
  for (const index of order) {
    lefts[index] = Math.max(lefts[index] ?? 0, free);
    free = (lefts[index] ?? 0) + (labels[index]?.width ?? 0) + space;
  }
  let limit = bounds[1];
  for (const index of order.reverse()) {
    const width = labels[index]?.width ?? 0;
    lefts[index] = Math.min(lefts[index] ?? 0, limit - width);
    limit = (lefts[index] ?? 0) - space;
  }
  return lefts;
}
