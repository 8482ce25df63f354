/** What the sounder of a door does, for whoever looks. Pure. */

import type { DoorNow } from "../api/types";

export type Sound = "none" | "unknown" | "sounding" | "stuck" | "silenced" | "silent";

/** Nobody knows what a sounder does that did not switch; one that was silenced says by whom. */
export function soundOf({ has_sounder, sounding, obeys, silenced }: DoorNow): Sound {
  if (!has_sounder) return "none";
  if (sounding === null) return "unknown";
  if (sounding) return "sounding";
  if (obeys === false) return "stuck";
  return silenced ? "silenced" : "silent";
}

/** Who silenced it, where it was somebody with a name. */
export function silencer({ silenced }: DoorNow): string | null {
  return silenced && silenced.by.id !== "at-the-bank" ? silenced.by.name : null;
}
