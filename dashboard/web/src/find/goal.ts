/** Which shelf to go to for what was chosen: where it stands now, else where it belongs. Pure. */

import type { Box, Hit, LastSeen, Place } from "../api/types";
import { parseAddress } from "../room/address";

/** A box, or one of its files: what the card tells of. */
export type Subject = Pick<Box, "code" | "title" | "place" | "state" | "last_seen">;

/** `is` says why it leads there: it stands there, was seen there last, or belongs there. */
export type Goal = { address: string; is: "place" | "seen" | "home" };

/** The chosen file, else the box itself. */
export function subjectOf(box: Box, fileCode: string | null): Subject {
  return box.files.find((one) => one.code === fileCode) ?? box;
}

/** Find where to go; `null` where neither a place nor a home in a room is known. */
export function goalOf({ place, last_seen }: Pick<Subject, "place" | "last_seen">, home: string | null): Goal | null {
  const shelf = shelfOf(place, home);
  if (shelf !== null) return { address: shelf, is: place.kind === "shelf" ? "place" : "home" };
  const seen = place.kind === "unknown" ? faceSeen(last_seen) : null;
  if (seen !== null) return { address: seen, is: "seen" };
  return home === null ? null : { address: home, is: "home" };
}

/** Where to look for a result of the search before more is known of it. */
export const addressOfHit = ({ place, home }: Pick<Hit, "place" | "home">) => shelfOf(place, home) ?? home;

/** The shelf on which it stands; its home is known more exactly than a reader tells. */
function shelfOf(place: Place, home: string | null): string | null {
  if (place.kind === "home") return home ?? place.address;
  return place.kind === "shelf" ? place.address : null;
}

/** A reader's zone counts if it names a face: the desk and a door lead to no aisle. */
function faceSeen(seen: LastSeen | null): string | null {
  return seen !== null && parseAddress(seen.zone)?.face ? seen.zone : null;
}

export type Note = "lent" | "desk" | "transit" | "misplaced" | "seen" | "unknown";

/** What is to be said of the aisle: whoever opens it expects the thing there. `null`: it is at its home. */
export function noteOf({ state }: Pick<Subject, "state">, goal: Goal | null): Note | null {
  if (state === "in_place") return null;
  if (state === "lent") return "lent";
  if (goal === null) return null;
  return state === "unknown" && goal.is === "seen" ? "seen" : state;
}
