/** What is asked for when labels are made. Pure. */

import type { Dpi, FaceName, LabelKind, LabelOrder } from "../api/types";

export type Scope = { bank: number | null; column: number | null; face: FaceName | null };
export const WHOLE: Scope = { bank: null, column: null, face: null };
export const FORMATS = ["pdf", "zpl"] as const;
export type Format = (typeof FORMATS)[number];

/** A label printer prints one label after another; whole sheets are for paper. */
export const SIZES: Record<Format, readonly string[]> = {
  pdf: ["60x40", "100x50", "a4-sheet"],
  zpl: ["60x40", "100x50"],
};

/** Places of a sheet of paper with several labels. */
const ON_A_SHEET: Record<string, number> = { "a4-sheet": 24 };

/** How many places of the first sheet may be used already; 0 where labels come one by one. */
export const mostSkipped = (size: string) => (ON_A_SHEET[size] ?? 1) - 1;

export const MOST_LISTED = 5000;

/** Read codes or addresses as they are pasted: one a line or a cell; what a label's QR says will do, twice is once. */
export function listed(text: string): string[] {
  const parts = text.split(/[\r\n\t]+/).map((one) => one.trim().replace(/^SR:[BFS]:/i, ""));
  return [...new Set(parts.filter((one) => one !== ""))];
}

/** How it is printed, as the API takes it: what the output has no use for is left out. */
export function printing(
  format: Format,
  size: string,
  { dpi, skip }: { dpi: Dpi; skip: string },
): Pick<LabelOrder, "format" | "size" | "dpi" | "skip"> {
  const most = mostSkipped(size);
  const skipped = Math.min(Math.max(0, Math.trunc(Number(skip)) || 0), most);
  return { format, size, ...(format === "zpl" && { dpi }), ...(skipped > 0 && { skip: skipped }) };
}

/** Choosing another bank or column lets go of what lies below it. */
export function narrowed(scope: Scope, change: Partial<Scope>): Scope {
  if ("bank" in change) return { bank: change.bank ?? null, column: null, face: null };
  if ("column" in change) return { ...scope, column: change.column ?? null, face: null };
  return { ...scope, ...change };
}

/** The scope as the API takes it: what is open is left out. */
export function scopeOf(room: string, { bank, column, face }: Scope): NonNullable<LabelOrder["scope"]> {
  return {
    room,
    ...(bank !== null && { bank }),
    ...(column !== null && { column }),
    ...(face !== null && { face }),
  };
}

/** The name of the file, so that one finds it again among others. */
export function fileName(kind: LabelKind | "plan", of: string, format: Format): string {
  const safe = of.replace(/[^\p{L}\p{N}-]+/gu, "_");
  return `${kind}-${safe}.${format}`;
}
