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
