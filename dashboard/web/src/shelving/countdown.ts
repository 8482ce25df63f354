/** Time left until a moment. Pure. */

/** Whole seconds until a moment given as ISO text, rounded up; 0 once it has passed. */
export function leftUntil(iso: string | null, now_ms: number): number {
  if (iso === null) return 0;
  return Math.max(0, Math.ceil((Date.parse(iso) - now_ms) / 1000));
}

/** "4:05" for minutes and seconds. */
export function clockWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A time that may be very short: "4 ms", "0.42 s" or "12.3 s". */
export function shortTime(seconds: number): string {
  if (seconds < 0.1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}
