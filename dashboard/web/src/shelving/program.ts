/** How far a program of the whole room is. Pure. */

import type { ProgramState } from "../api/types";

/** Whether it may still move something, so that it can be cancelled and no other be proposed. */
export function isUnderWay(program: ProgramState | null | undefined): boolean {
  return program?.status === "proposed" || program?.status === "warning" || program?.status === "running";
}

/** Whether it is only the room's own idea of airing, which nobody has taken up: any other may be proposed. */
export function givesWay(program: ProgramState | null | undefined): boolean {
  return program?.status === "proposed" && program.program === "ventilation" && program.proposed_by === null;
}
