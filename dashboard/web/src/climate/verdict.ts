/** What keeping limits and lasting say together. Pure. */

import type { Rating } from "./types";

export type Verdict = "well" | "ageing" | "breaks";

/** From this share of the time on a zone counts as keeping its limits. */
export const KEPT_PCT = 95;

/** Compliant but ageing, both well, or limits broken; `null` where one of them is not known. */
export function verdictOf(share_pct: number | null, rating: Rating | null): Verdict | null {
  if (share_pct === null || rating === null) return null;
  if (share_pct < KEPT_PCT) return "breaks";
  return rating === "good" ? "well" : "ageing";
}
