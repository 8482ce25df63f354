import { expect, test } from "vitest";
import type { BenchTag, Box, ItemResult, ItemState, TagItem } from "../api/types";
import { asked, canDo, forgetGone, NOTHING_KEPT, onlyFiles, put, type Row, rowsOf, takeOff, withResults } from "./list";

const PLACE = { kind: "home", address: "R1-B1-C1-L-1-1", person: null, since: null } as const;
const item = (code: string, kind: "box" | "file" = "box", state: ItemState = "in_place"): TagItem => ({
  kind,
  code,
  box_code: "B1",
  title: code,
  home: "R1-B1-C1-L-1-1",
  state,
  place: PLACE,
});
const tag = (epc: string, of: TagItem | null, standing: BenchTag["tag"] = "current"): BenchTag => ({
  epc,
  rssi_dbm: -40,
  reads: 3,
  seen_at: "2026-03-01T00:00:00Z",
  item: of,
  tag: standing,
  scheme: null,
});
const scanned = (of: TagItem): Row => ({ item: of, how: "scan", epc: null });
const codes = (rows: Row[]) => rows.map((row) => row.item.code);

const told = (kind: "box" | "file", code: string, more: Partial<ItemResult> = {}): ItemResult => ({
  item: { ...(kind === "box" ? { box_code: code } : { file_code: code }), kind, code },
  ok: true,
  code: null,
  place: null,
  state: null,
  home: null,
  lent_to: null,
  ...more,
});

test("what lies on the antenna and what was scanned is one list, each thing once", () => {
  const kept = put(put(NOTHING_KEPT, scanned(item("B1"))), scanned(item("F1", "file")));
  expect(codes(rowsOf(kept, [tag("E1", item("B1")), tag("E2", item("B2"))]))).toEqual(["B1", "F1", "B2"]);
  expect(put(kept, scanned(item("B1"))).rows).toHaveLength(2);
});

test("what leaves the antenna leaves the list, what was scanned stays", () => {
  const kept = put(NOTHING_KEPT, scanned(item("B1")));
  expect(codes(rowsOf(kept, []))).toEqual(["B1"]);
});

test("a replaced or unknown tag puts nothing on the list", () => {
  expect(rowsOf(NOTHING_KEPT, [tag("E1", item("B1"), "replaced"), tag("E2", null, "unknown")])).toEqual([]);
});

test("what was taken off stays off while it lies there, and may come back once it has left", () => {
  const lying = [tag("E1", item("B1"))];
  const off = takeOff(NOTHING_KEPT, rowsOf(NOTHING_KEPT, lying)[0] as Row);
  expect(rowsOf(off, lying)).toEqual([]);
  expect(forgetGone(off, lying)).toBe(off);
  expect(codes(rowsOf(forgetGone(off, []), lying))).toEqual(["B1"]);
});

test("some files leave while their box stays", () => {
  const files = ["F1", "F2", "F3"].map((code) => ({ code, title: code, state: "in_place", place: PLACE }));
  const lying = [tag("E1", item("B1"))];
  const box = { code: "B1", files } as unknown as Box;
  const kept = onlyFiles(NOTHING_KEPT, rowsOf(NOTHING_KEPT, lying)[0] as Row, box, ["F1", "F3"]);
  const rows = rowsOf(kept, lying);
  expect(codes(rows)).toEqual(["F1", "F3"]);
  expect(asked(rows)).toEqual([{ file_code: "F1" }, { file_code: "F3" }]);
});

test("the newest state of a thing counts: what is out cannot go out again, and all may come back", () => {
  const kept = put(NOTHING_KEPT, scanned(item("B1")));
  const row = rowsOf(kept, [tag("E1", item("B1", "box", "lent"))])[0] as Row;
  expect(canDo("out", row.item)).toBe(false);
  expect(canDo("back", row.item)).toBe(true);
  expect(canDo("back", item("B2"))).toBe(true);
});

test("each thing gets its own outcome", () => {
  const rows = [scanned(item("B1")), scanned(item("F1", "file"))];
  const outcome = withResults(rows, [
    told("file", "F1", { ok: false, code: "circulation.already_lent" }),
    told("box", "B1"),
  ]);
  expect(outcome.map(({ row, result }) => [row.item.code, result.ok])).toEqual([
    ["B1", true],
    ["F1", false],
  ]);
});

test("a shelf's tag on the antenna is no box to hand over", () => {
  const shelf: BenchTag = { ...tag("E9", null), item: { kind: "shelf", code: "S1-B1-C3-L-1-1" } };
  const box = tag("E1", item("A-1"));
  expect(rowsOf(NOTHING_KEPT, [shelf, box]).map((row) => row.item.code)).toEqual(["A-1"]);
});
