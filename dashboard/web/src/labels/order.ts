/** What is asked for when labels are made. Pure. */

import type { FaceName, LabelKind, LabelOrder } from "../api/types";

export type Scope = { bank: number | null; column: number | null; face: FaceName | null };
export const WHOLE: Scope = { bank: null, column: null, face: null };
export const FORMATS = ["pdf", "zpl"] as const;
export type Format = (typeof FORMATS)[number];

/** A label printer prints one label after another; whole sheets are for paper. */
export const SIZES: Record<Format, readonly string[]> = {
  pdf: ["60x40", "100x50", "a4-sheet"],
  zpl: ["60x40", "100x50"],
};

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
