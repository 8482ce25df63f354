/** A profile of limits as a list of rules that can be read. Pure. */

import type { BoundName, Bounds, LimitProfile, Limits } from "../air/types";

export type RuleKind = "limit" | "season" | "year" | "mean_24h" | "swing" | "rate";
export type Rule = {
  kind: RuleKind;
  quantity: string;
  bounds: Partial<Record<BoundName, number>>;
  /** Of a season: its first and last month. */
  months?: [number, number];
  /** How a swing is measured. */
  reading?: "half_range" | "range";
};

/** Everything a profile asks of the air, in the order its file has it. */
export function rulesOf(profile: LimitProfile): Rule[] {
  const { limits, seasons, around_year, mean_24h, daily_swing, rate_per_h } = profile;
  const swings = daily_swing ? (["temperature_c", "humidity_pct"] as const).filter((one) => daily_swing[one] != null) : [];
  return [
    ...ofBounds("limit", limits),
    ...seasons.flatMap((season) =>
      ofBounds("season", season.limits).map((rule) => ({ ...rule, months: [season.first_month, season.last_month] as [number, number] })),
    ),
    ...Object.entries(around_year).map(([quantity, { down, up, short }]) => ({
      kind: "year" as const,
      quantity,
      bounds: { low: -(down + short), high: up + short },
    })),
    ...ofBounds("mean_24h", mean_24h),
    ...swings.map((quantity) => ({
      kind: "swing" as const,
      quantity,
      bounds: { high: daily_swing?.[quantity] as number },
      reading: daily_swing?.reading ?? "range",
    })),
    ...Object.entries(rate_per_h).map(([quantity, high]) => ({ kind: "rate" as const, quantity, bounds: { high } })),
  ];
}

function ofBounds(kind: RuleKind, limits: Record<string, Bounds>): Rule[] {
  return Object.entries(limits).map(([quantity, bounds]) => ({ kind, quantity, bounds: given(bounds) }));
}

const given = (bounds: Bounds) =>
  Object.fromEntries(Object.entries(bounds).filter(([, value]) => typeof value === "number")) as Rule["bounds"];

/** The limits that may be chosen: their newest version can be applied. */
export const choosable = ({ profiles, flawed }: Pick<Limits, "profiles" | "flawed">) =>
  profiles.filter((one) => !flawed.some(({ id }) => id === one.id));

export const BOUNDS = ["critical_low", "low", "high", "critical_high"] as const;
