/** How old something is, and when it is too old to be shown as true. Pure. */

/** After so many seconds of silence a picture turns grey. */
export const STALE_AFTER_S = 10;

export type Age = { unit: "s" | "min" | "h" | "d"; count: number };

/** Cut an age to one unit that a person takes in at a glance. */
export function ageOf(seconds: number): Age {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 90) return { unit: "s", count: whole };
  if (whole < 5400) return { unit: "min", count: Math.round(whole / 60) };
  if (whole < 129_600) return { unit: "h", count: Math.round(whole / 3600) };
  return { unit: "d", count: Math.round(whole / 86_400) };
}

/** Seconds since a moment on this page's clock; never negative. */
export function sinceMs(at_ms: number, now_ms: number): number {
  return Math.max(0, (now_ms - at_ms) / 1000);
}
