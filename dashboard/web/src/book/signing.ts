/** Which entries of the book somebody may sign or change. Pure. */

import type { At, Book, Cell, Entry } from "./types";

const cellsOf = ({ inside, outside }: Entry): Cell[] => [...inside, ...outside];

/** Signed is final; what is to come or wholly missed has nothing to answer for. */
export const maySign = (entry: Entry) =>
  entry.signed_by === null && cellsOf(entry).some(({ state }) => state === "noted" || state === "proposed");

/** A value may be noted by hand from its time on until the entry is signed. */
export const mayNote = (entry: Entry, { state }: Cell) => entry.signed_by === null && state !== "to_come";

/** Everything that waits for a signature, the earliest first. */
export function unsigned({ days }: Book): At[] {
  return days.flatMap(({ date, entries }) => entries.filter(maySign).map(({ slot }) => ({ date, slot })));
}

/** Days that have come, the newest first: the days to come hold nothing. */
export const begun = ({ days }: Book) =>
  days.filter(({ entries }) => entries.some((entry) => entry.signed_by !== null || cellsOf(entry).some(({ state }) => state !== "to_come"))).toReversed();
