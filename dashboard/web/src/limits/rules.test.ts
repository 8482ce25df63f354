import { expect, test } from "vitest";
import type { FlawedLimits, LimitProfile, LimitsEntry } from "../air/types";
import { choosable, rulesOf } from "./rules";

const PROFILE = {
  limits: { humidity_pct: { critical_low: 30, low: 45, high: 60, critical_high: null } },
  seasons: [{ first_month: 11, last_month: 2, limits: { temperature_c: { low: 14 } } }],
  around_year: { temperature_c: { down: 10, up: 5, short: 2 } },
  mean_24h: { humidity_pct: { high: 58 } },
  daily_swing: { temperature_c: 2, humidity_pct: null, reading: "half_range" },
  rate_per_h: { humidity_pct: 5 },
} as unknown as LimitProfile;

test("every limit of a profile becomes a rule; a bound that is not given is none", () => {
  expect(rulesOf(PROFILE)).toEqual([
    { kind: "limit", quantity: "humidity_pct", bounds: { critical_low: 30, low: 45, high: 60 } },
    { kind: "season", quantity: "temperature_c", bounds: { low: 14 }, months: [11, 2] },
    { kind: "year", quantity: "temperature_c", bounds: { low: -12, high: 7 } },
    { kind: "mean_24h", quantity: "humidity_pct", bounds: { high: 58 } },
    { kind: "swing", quantity: "temperature_c", bounds: { high: 2 }, reading: "half_range" },
    { kind: "rate", quantity: "humidity_pct", bounds: { high: 5 } },
  ]);
});

test("limits whose newest version cannot be applied are not offered, though an older one is in use", () => {
  const profiles = [{ id: "house", version: 1 }, { id: "paper", version: 1 }] as LimitsEntry[];
  const flawed = [{ id: "house", version: 2 }] as FlawedLimits[];
  expect(choosable({ profiles, flawed }).map((one) => one.id)).toEqual(["paper"]);
});
