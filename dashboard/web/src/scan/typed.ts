/** Tells a scanner that types from a hand that types. Pure. */

/** A scanner leaves less than this between two keys; hardly a hand does, key after key. */
const SCANNER_GAP_MS = 45;

/** Say whether a hand typed it, from the moments of its keys; what came without keys was pasted by hand. */
export function isByHand(keys_ms: readonly number[]): boolean {
  if (keys_ms.length < 3) return true;
  const first = keys_ms[0] as number;
  const last = keys_ms[keys_ms.length - 1] as number;
  return (last - first) / (keys_ms.length - 1) > SCANNER_GAP_MS;
}
