/** What a replay found, counted for the page; and limits with changed bounds. Pure. */

import type { BoundName, LimitProfile, Occurrence, ReplayResult, Tally } from "../air/types";

export type Figure = "alarms" | "alarms_per_year" | "again_within_6_h" | "standing_pct";
export const FIGURES: readonly Figure[] = ["alarms_per_year", "alarms", "again_within_6_h", "standing_pct"];

export type Compared = { key: string; asked: number; bare: number };

/** Counts of both ways side by side, the most of the bare ones first. */
export function compared(asked: Record<string, number>, bare: Record<string, number>): Compared[] {
  const keys = [...new Set([...Object.keys(asked), ...Object.keys(bare)])];
  return keys
    .map((key) => ({ key, asked: asked[key] ?? 0, bare: bare[key] ?? 0 }))
    .sort((a, b) => b.bare - a.bare || b.asked - a.asked || a.key.localeCompare(b.key));
}

/** How many percent fewer than by bare limits; `null` where there was nothing to lessen. */
export function fewerPct({ alarms }: Pick<ReplayResult, "alarms">, without: Pick<Tally, "alarms">): number | null {
  return without.alarms === 0 ? null : (100 * (without.alarms - alarms)) / without.alarms;
}

/** `null` where it is not known, because only the first of many are listed. */
export type Buckets = { at_s: number[]; asked: (number | null)[]; bare: (number | null)[] };
type Listed = Pick<Tally, "alarms" | "occurrences">;

/** How many alarms began in each of so many equal parts of a period. */
export function inBuckets(
  asked: Listed,
  bare: Listed,
  { from_s, to_s }: { from_s: number; to_s: number },
  count: number,
): Buckets {
  const width_s = (to_s - from_s) / count;
  const at_s = Array.from({ length: count }, (_, index) => from_s + index * width_s);
  const indexOf = (one: Occurrence) => Math.floor((Date.parse(one.began_at) / 1000 - from_s) / width_s);
  const counted = ({ alarms, occurrences }: Listed) => {
    const sums = new Array<number | null>(count).fill(0);
    for (const one of occurrences) {
      const index = indexOf(one);
      if (index >= 0 && index < count) sums[index] = (sums[index] ?? 0) + 1;
    }
    const last = occurrences.at(-1);
    return alarms > occurrences.length && last ? sums.fill(null, Math.max(0, indexOf(last))) : sums;
  };
  return { at_s, asked: counted(asked), bare: counted(bare) };
}

/** The quantity and the side of a condition's key: "year_humidity_pct/low" is of humidity, low. */
export function conditionOf(key: string): { quantity: string; bound: "low" | "high" | null } {
  const [name = "", side] = key.split("/");
  return { quantity: name.replace(/^(year|historic)_/, ""), bound: side === "low" || side === "high" ? side : null };
}

/** Bounds as they are typed: an empty field is no bound, what is no number is wrong. */
export type Typed = Record<string, Record<BoundName, string>>;

export function typedOf({ limits }: Pick<LimitProfile, "limits">): Typed {
  const text = (value: number | null | undefined) => (value == null ? "" : String(value));
  return Object.fromEntries(
    Object.entries(limits).map(([quantity, { critical_low, low, high, critical_high }]) => [
      quantity,
      { critical_low: text(critical_low), low: text(low), high: text(high), critical_high: text(critical_high) },
    ]),
  );
}

const ORDER = ["critical_low", "low", "high", "critical_high"] as const;

/** The profile with the bounds that were typed; `null` if one is no number, or they do not rise. */
export function changedProfile(profile: LimitProfile, typed: Typed): LimitProfile | null {
  const limits: LimitProfile["limits"] = {};
  for (const [quantity, fields] of Object.entries(typed)) {
    const given = ORDER.filter((one) => fields[one].trim() !== "").map((one) => [one, Number(fields[one])] as const);
    const rises = given.every(([, value], at) => at === 0 || (given[at - 1]?.[1] as number) < value);
    if (!rises || given.some(([, value]) => !Number.isFinite(value))) return null;
    if (given.length > 0) limits[quantity] = Object.fromEntries(given);
  }
  return Object.keys(limits).length === 0 ? null : { ...profile, limits };
}
