/** One pair after the other on a shelf: a box and its tag, in either order; and which box is next. Pure. */

import type { BoxOnShelf, PairingShelf, Scan, TagItem } from "../api/types";

export type Half = { box: { code: string; title: string } | null; epc: string | null };
export const EMPTY_HALF: Half = { box: null, epc: null };

/** Take what was scanned into the pair; a second box or tag replaces the first. */
export function withScan(half: Half, { kind, item, epc }: Pick<Scan, "kind" | "item" | "epc">): Half | null {
  if (kind === "tag") return epc ? { ...half, epc } : null;
  if (item?.kind === "box") return { ...half, box: { code: item.code, title: item.title } };
  return null;
}

/** What bears a scanned tag already and is not the box in hand; `null` if the tag may be taken. */
export function bearerElsewhere(
  half: Half,
  { kind, item, tag }: Pick<Scan, "kind" | "item" | "tag">,
  onShelf: readonly string[],
): TagItem | null {
  if (kind !== "tag" || item === null || tag !== "current") return null;
  if (item.kind === "box" && (half.box ? half.box.code === item.code : onShelf.includes(item.code))) return null;
  return item;
}

/** Whether both are there, and so the pair can be sent. */
export function isWhole(half: Half): half is { box: { code: string; title: string }; epc: string } {
  return half.box !== null && half.epc !== null;
}

export type Mark = "paired" | "next" | "open" | "other";
export type Marked = { code: string; title: string; mark: Mark };

/** Say of each box on the shelf how far it is; `paired` in the order in which they were scanned. */
export function marked(boxes: readonly BoxOnShelf[], paired: readonly string[]): Marked[] {
  const last = boxes.findIndex(({ code }) => code === paired[paired.length - 1]);
  const next = boxes.findIndex(({ code }, at) => at > last && !paired.includes(code));
  const markOf = (code: string, at: number): Mark => (paired.includes(code) ? "paired" : at === next ? "next" : "open");
  const listed = boxes.map(({ code, title }, at): Marked => ({ code, title, mark: markOf(code, at) }));
  const known = new Set(boxes.map((one) => one.code));
  return [...listed, ...paired.filter((code) => !known.has(code)).map((code): Marked => ({ code, title: "", mark: "other" }))];
}

/** The shelf to take next: the first that nobody has in hand, else none. */
export function nextShelf(shelves: readonly PairingShelf[]): PairingShelf | null {
  return shelves.find((one) => one.status === "open") ?? null;
}

/** A part of a whole in percent; nothing of nothing is all of it. */
export const percent = (done: number, all: number) => (all === 0 ? 100 : Math.round((100 * done) / all));
