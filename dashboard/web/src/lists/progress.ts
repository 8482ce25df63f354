/** How much of a list was done since it was opened. Pure. */

export type Opened = ReadonlySet<string>;

/** All that was on the list at any time since it was opened. */
export function seen(before: Opened, now: readonly string[]): Opened {
  return now.every((key) => before.has(key)) ? before : new Set([...before, ...now]);
}

/** What has left the list is done. */
export function progress(all: Opened, now: readonly string[]): { done: number; all: number } {
  const left = new Set(now);
  return { done: [...all].filter((key) => !left.has(key)).length, all: all.size };
}

export type OfAisle<T> = { key: string; rows: T[] };
type Row = { aisle: { bank: number; segment: number; aisle: number } | null };

/** Put what lies behind one aisle together, so that it is opened once. */
export function byAisle<T extends Row>(rows: readonly T[]): OfAisle<T>[] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = row.aisle ? `${row.aisle.bank}/${row.aisle.segment}/${row.aisle.aisle}` : "";
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, found]) => ({ key, rows: found })).sort((a, b) => order(a.key) - order(b.key));
}

/** Bank, segment and aisle in their order; what needs no aisle comes last. */
function order(key: string): number {
  if (key === "") return Number.MAX_SAFE_INTEGER;
  return key.split("/").reduce((sum, part) => sum * 1000 + Number(part), 0);
}
