/** What came of putting things on a shelf, as it is shown and sounded. Pure. */

import type { ItemResult, TagItem } from "../api/types";
import type { Verdict } from "../scan/sound";

export type Put = { key: number; name: string; item: TagItem; result: ItemResult };

/** Right is at home; a box on a strange shelf is noted, and said. */
export function verdictOf({ ok, place }: Pick<ItemResult, "ok" | "place">): Verdict {
  if (!ok) return "wrong";
  return place?.kind === "shelf" ? "unsure" : "ok";
}

/** The newest first; something put twice stands once, with its newest result. */
export function withPut(list: readonly Put[], put: Put): Put[] {
  return [put, ...list.filter((one) => one.name !== put.name)];
}
