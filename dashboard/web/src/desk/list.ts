/** The one list of the desk: what lies on the antenna, what was scanned, what was typed. Pure. */

import type { BenchTag, Box, ItemAsked, ItemResult, TagItem } from "../api/types";
import { askedOf, toldCode } from "../scan/item";

export type Mode = "out" | "back";
export type How = "antenna" | "scan" | "hand";
export type Row = { item: TagItem; how: How; epc: string | null };

/** What was put on the list by scanner or hand, and what was taken off it though it lies on the antenna. */
export type Kept = { rows: Row[]; off: string[] };

export const NOTHING_KEPT: Kept = { rows: [], off: [] };
export const rowKey = ({ item }: Pick<Row, "item">) => `${item.kind}:${item.code}`;

/** Everything on the list: what was scanned stays, what lies on the antenna stays while it lies there. No shelf is. */
export function rowsOf(kept: Kept, bench: readonly BenchTag[]): Row[] {
  const lying = bench.flatMap(({ epc, item, tag }): Row[] =>
    item && item.kind !== "shelf" && tag === "current" ? [{ item, how: "antenna", epc }] : [],
  );
  const fresh = new Map(lying.map((row) => [rowKey(row), row]));
  const scanned = kept.rows.map((row) => ({ ...row, item: fresh.get(rowKey(row))?.item ?? row.item }));
  const known = new Set([...scanned.map(rowKey), ...kept.off]);
  return [...scanned, ...[...fresh.values()].filter((row) => !known.has(rowKey(row)))];
}

/** Put something on the list; what is there already stays where it is. */
export function put(kept: Kept, row: Row): Kept {
  const key = rowKey(row);
  const off = kept.off.filter((one) => one !== key);
  return kept.rows.some((one) => rowKey(one) === key) ? { ...kept, off } : { rows: [...kept.rows, row], off };
}

/** Take something off the list; while it goes on lying on the antenna it does not come back by itself. */
export function takeOff(kept: Kept, row: Row): Kept {
  const key = rowKey(row);
  return { rows: kept.rows.filter((one) => rowKey(one) !== key), off: [...new Set([...kept.off, key])] };
}

/** What was taken off is forgotten once it has left the antenna. */
export function forgetGone(kept: Kept, bench: readonly BenchTag[]): Kept {
  const lying = new Set(bench.flatMap(({ item }) => (item ? [`${item.kind}:${item.code}`] : [])));
  const off = kept.off.filter((key) => lying.has(key));
  return off.length === kept.off.length ? kept : { ...kept, off };
}

/** A box stays and some of its files leave: the box goes off the list, the files on it. */
export function onlyFiles(kept: Kept, row: Row, box: Box, codes: readonly string[]): Kept {
  const chosen = box.files.filter((one) => codes.includes(one.code));
  const rows = chosen.map(({ code, title, state, place }): Row => ({
    item: { kind: "file", code, box_code: box.code, title, home: box.home?.address ?? null, state, place },
    how: row.how,
    epc: null,
  }));
  return rows.reduce(put, takeOff(kept, row));
}

/** What is out cannot go out again; a loan may be open though a box was seen back at its home. */
export function canDo(mode: Mode, { state }: Pick<TagItem, "state">): boolean {
  return mode === "back" || state !== "lent";
}

/** What is asked for, row by row. */
export const asked = (rows: readonly Row[]): ItemAsked[] => rows.map(({ item }) => askedOf(item));

/** The rows with what became of each; an answer that names none of them is passed over. */
export function withResults(rows: readonly Row[], results: readonly ItemResult[]): { row: Row; result: ItemResult }[] {
  return rows.flatMap((row) => {
    const result = results.find(({ item }) => toldCode(item) === row.item.code);
    return result ? [{ row, result }] : [];
  });
}
