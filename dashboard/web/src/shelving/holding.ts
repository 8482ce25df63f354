/** What may be done about a held aisle, by whom, and what it is held for. Pure. */

import type { Hold, MotionRequest, Person, Turn } from "../api/types";
import { isPerson } from "../people/who";

export type HoldAct = "release" | "hand_over" | "take_over" | "wait" | "waiting";

/** What somebody may do about a hold from a workstation; `mine` are their turns in its segment, one at most. */
export function holdActs(hold: Hold, me: Person, mine: readonly Turn[]): HoldAct[] {
  if (isPerson(hold.actor, me)) return ["release", "hand_over"];
  if (isPerson(hold.offered_to, me)) return ["take_over"];
  return [mine.length > 0 ? "waiting" : "wait"];
}

/** What the holder said the aisle is for: the purpose of the newest request that opened it. */
export function purposeOf(
  hold: Hold,
  bank: number,
  segment: number,
  requests: readonly MotionRequest[],
): string | null {
  const opened = requests.find(
    (one) =>
      one.verb === "open_aisle" &&
      one.status === "done" &&
      one.bank === bank &&
      one.segment === segment &&
      one.aisle === hold.aisle &&
      one.actor_id === hold.actor.id,
  );
  return opened?.purpose ?? null;
}

/** The turns of one person that still count, an offered one first. */
export function turnsOf(turns: readonly Turn[], me: Person): Turn[] {
  const own = turns.filter((one) => isPerson(one.user, me) && (one.status === "waiting" || one.status === "offered"));
  return own.sort((a, b) => Number(b.status === "offered") - Number(a.status === "offered"));
}
