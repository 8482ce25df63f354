/** What a wall screen must shout, gravest first. Pure. */

import type { StampedLive } from "../api/queries";
import type { ProgramState } from "../api/types";
import { STALE_AFTER_S, sinceMs } from "../live/age";
import { segmentsOnFire } from "../room/look";

export type Shout =
  | { name: "none" }
  | { name: "fire" }
  | { name: "old"; age_s: number | null }
  | { name: "warning"; program: ProgramState }
  | { name: "running"; program: ProgramState };

/** How old what is shown is: since the room was heard, or since the controller answered. */
export function pictureAge(live: StampedLive | undefined, answered_ms: number, now_ms: number): number | null {
  if (!live || live.link_at_ms === 0) return null;
  return Math.max(sinceMs(live.link_at_ms, now_ms), quiet(answered_ms, now_ms));
}

/** The page asks every five seconds; an answer that is younger than that says nothing of silence. */
function quiet(answered_ms: number, now_ms: number): number {
  const since_s = sinceMs(answered_ms, now_ms);
  return since_s > STALE_AFTER_S ? since_s : 0;
}

/** Fire outweighs all, even when old; an old picture warns of nothing else, for it may be over. */
export function shout(live: StampedLive | undefined, age_s: number | null): Shout {
  if (segmentsOnFire(live).length > 0) return { name: "fire" };
  if (!live || !live.link.alive || age_s === null || age_s > STALE_AFTER_S) return { name: "old", age_s };
  const program = live.room?.program;
  if (program?.status === "warning") return { name: "warning", program };
  if (program?.status === "running") return { name: "running", program };
  return { name: "none" };
}
