/** Which banks of the plan a zone's air is in. Pure. */

import type { Plan } from "../api/types";
import type { ZoneNow } from "./types";

const BANK = /-B(\d+)(?:-|$)/;

/** The banks that a zone claims, whole or in part; a zone without claims is whatever is left, so none. */
export function banksOf({ covers }: Pick<ZoneNow, "covers">, { banks }: Pick<Plan, "banks">): number[] {
  const named = covers.map((place) => Number(BANK.exec(place)?.[1]));
  return banks.map(({ bank }) => bank).filter((bank) => named.includes(bank));
}

/** The sign of a judgement: colour never stands alone. */
export const signOf = ({ judgement, probes_used }: ZoneNow["now"]) => (probes_used === 0 ? "?" : judgement === "ok" ? "✓" : "▲");

/** Whether a zone's air is known and right; what is unknown is neither. */
export function toneOf({ judgement, probes_used }: ZoneNow["now"]): "plain" | "refused" | "stale" {
  if (probes_used === 0 || judgement === "stale" || judgement === "none") return "stale";
  return judgement === "ok" ? "plain" : "refused";
}
