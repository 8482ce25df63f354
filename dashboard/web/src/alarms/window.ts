/** A maintenance window, and whether it is planned, in force or over. Pure. */

export type Window = {
  id: string;
  room: string;
  zone: string | null;
  kinds: string[];
  from: string;
  to: string | null;
  reason: string;
  by: string;
  ended_at: string | null;
};
export type WindowState = "planned" | "running" | "over";

export function windowState({ from, to, ended_at }: Pick<Window, "from" | "to" | "ended_at">, now_ms: number): WindowState {
  if (ended_at !== null || (to !== null && Date.parse(to) <= now_ms)) return "over";
  return Date.parse(from) > now_ms ? "planned" : "running";
}

const ORDER: Record<WindowState, number> = { running: 0, planned: 1, over: 2 };

/** What is in force first, then what is planned, each by its beginning. */
export function windowsInOrder(windows: readonly Window[], now_ms: number): Window[] {
  return [...windows].sort(
    (a, b) => ORDER[windowState(a, now_ms)] - ORDER[windowState(b, now_ms)] || Date.parse(a.from) - Date.parse(b.from),
  );
}
