/** How far a program of the whole room is. Pure. */

import type { ProgramState } from "../api/types";

/** Whether it may still move something, so that it can be cancelled and no other be proposed. */
export function isUnderWay(program: ProgramState | null | undefined): boolean {
  return program?.status === "proposed" || program?.status === "warning" || program?.status === "running";
}
