/** What the picture shows, as it stands in the page's address: `at=B2-C7-L`, `at=B2` or `at=room`. Pure. */

import type { FaceName } from "../api/types";
import { type Address, parseAddress } from "./address";

export type Chosen = { bank: number; column: number; face: FaceName };
export type View = {
  /** The bank shown large, or `null` for the whole room. */
  focus: number | null;
  /** The face that is open beside the map. */
  face: Chosen | null;
};

export const WHOLE_ROOM: View = { focus: null, face: null };

/** Read a view; without one the picture goes where the chosen thing is. */
export function readView(at: string | null, goal: Address | null): View {
  if (at === "room") return WHOLE_ROOM;
  const asked = at === null ? goal : parseAddress(`R-${at}`);
  if (!asked?.bank) return WHOLE_ROOM;
  const { bank, column, face } = asked;
  return { focus: bank, face: column && face ? { bank, column, face } : null };
}

/** Write a view so that `readView` gives it back. */
export function writeView(view: View): string {
  if (view.face) return `B${view.face.bank}-C${view.face.column}-${view.face.face}`;
  return view.focus === null ? "room" : `B${view.focus}`;
}
