import { expect, test } from "vitest";
import type { PairingShelf, TagItem } from "../api/types";
import { bearerElsewhere, EMPTY_HALF, isWhole, marked, nextShelf, percent, withScan } from "./pair";

const BOX = { kind: "box", item: { kind: "box", code: "B1", title: "一" } as TagItem, epc: null } as const;
const TAG = { kind: "tag", item: null, epc: "E2" } as const;

test("box and tag make a pair in either order", () => {
  const first = withScan(EMPTY_HALF, BOX);
  expect(first && isWhole(first)).toBe(false);
  for (const [one, two] of [[BOX, TAG], [TAG, BOX]] as const) {
    const half = withScan(EMPTY_HALF, one);
    const whole = half && withScan(half, two);
    expect(whole && isWhole(whole)).toBe(true);
    expect(whole).toMatchObject({ box: { code: "B1" }, epc: "E2" });
  }
});

test("a shelf or a file is no half of a pair", () => {
  expect(withScan(EMPTY_HALF, { kind: "shelf", item: null, epc: null })).toBeNull();
  expect(withScan(EMPTY_HALF, { kind: "file", item: { kind: "file" } as TagItem, epc: null })).toBeNull();
});

test("another's tag is refused as soon as it is scanned; a box's own tag, a replaced and a new one are not", () => {
  const of = (code: string, kind: "box" | "file" = "box") => ({ kind: "tag", tag: "current", item: { kind, code } as TagItem }) as const;
  const inHand = { box: { code: "B1", title: "一" }, epc: null };
  expect(bearerElsewhere(inHand, of("B2"), ["B1", "B2"])?.code).toBe("B2");
  expect(bearerElsewhere(inHand, of("B1", "file"), ["B1"])?.kind).toBe("file");
  expect(bearerElsewhere(inHand, of("B1"), ["B1"])).toBeNull();
  expect(bearerElsewhere(EMPTY_HALF, of("B9"), ["B1"])?.code).toBe("B9");
  expect(bearerElsewhere(EMPTY_HALF, of("B1"), ["B1"])).toBeNull();
  expect(bearerElsewhere(inHand, { ...of("B2"), tag: "replaced" }, [])).toBeNull();
  expect(bearerElsewhere(inHand, { kind: "tag", tag: "unknown", item: null }, [])).toBeNull();
  expect(bearerElsewhere(inHand, { ...of("B2"), kind: "box" }, [])).toBeNull();
});

const BOXES = ["A", "B", "C", "D"].map((code, at) => ({ code, title: code, order_mm: at * 50, thickness_mm: 50, state: "in_place" as const }));
const marks = (paired: string[]) => marked(BOXES, paired).map(({ mark }) => mark);

test("the next box is the first to the right of the last one paired", () => {
  expect(marks([])).toEqual(["next", "open", "open", "open"]);
  expect(marks(["A"])).toEqual(["paired", "next", "open", "open"]);
  expect(marks(["A", "C"])).toEqual(["paired", "open", "paired", "next"]);
});

test("what was passed over is open, and nothing is next once the right end is paired", () => {
  expect(marks(["B", "C"])).toEqual(["open", "paired", "paired", "next"]);
  expect(marks(["A", "B", "C", "D"])).toEqual(["paired", "paired", "paired", "paired"]);
});

test("a box that was given its home here stands at the end", () => {
  expect(marked(BOXES, ["X"]).map(({ code, mark }) => [code, mark]).at(-1)).toEqual(["X", "other"]);
});

test("the next shelf is one that nobody has in hand", () => {
  const shelf = (address: string, status: PairingShelf["status"]): PairingShelf => ({ address, status, boxes: 3, paired: 0, by: null, since: null });
  expect(nextShelf([shelf("a", "done"), shelf("b", "started"), shelf("c", "open")])?.address).toBe("c");
  expect(nextShelf([shelf("a", "done")])).toBeNull();
  expect([percent(1, 3), percent(0, 0)]).toEqual([33, 100]);
});
