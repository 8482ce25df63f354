/** The aisle in front of a shelf, by the plan of its room. Pure. */

import type { Plan } from "../api/types";
import { parseAddress } from "./address";
import type { AislePlace } from "./useMotion";

/** Find the aisle that leads to an address; `null` where none is needed or the plan knows no such face. */
export function aisleOf(plan: Plan | undefined, address: string | null): AislePlace | null {
  const at = address === null ? null : parseAddress(address);
  if (!plan || !at || at.room !== plan.room) return null;
  const bank = plan.banks.find((one) => one.bank === at.bank);
  const face = bank?.faces.find((one) => one.column === at.column && one.face === at.face);
  return bank && face?.aisle ? { room: plan.room, bank: bank.bank, ...face.aisle } : null;
}
