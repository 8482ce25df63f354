/** How a request came to where it stands. Pure. */

import type { MotionRequest } from "../api/types";

/** How long after the asking a step came; a stop acts before it is written down. */
export function afterAsking(at: string, asked_at: string): string {
  return `+${(Math.max(0, Date.parse(at) - Date.parse(asked_at)) / 1000).toFixed(1)} s`;
}

/** The reason a step gives, unless it is the last one, whose reason stands beside the state. */
export function stepCode({ steps, code }: MotionRequest, index: number): string | null {
  const own = steps[index]?.code ?? null;
  return index === steps.length - 1 && own === code ? null : own;
}
