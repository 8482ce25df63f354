/** What a passage means for somebody who looks at the list. Pure. */

import type { Passage } from "../api/types";

export type PassageVerdict = "alarmed" | "allowed" | "coming" | "unknown" | "unsure";

/** An alarm outweighs all; a tag nobody knows tells nothing of what it is on. */
export function verdictOf({ alarmed, known, direction, allowed }: Passage): PassageVerdict {
  if (alarmed) return "alarmed";
  if (!known) return "unknown";
  if (direction === "in") return "coming";
  if (direction === "unsure") return "unsure";
  return allowed ? "allowed" : "unsure";
}
