import { expect, test } from "vitest";
import type { LimitProfile, Occurrence } from "../air/types";
import { changedProfile, compared, conditionOf, fewerPct, inBuckets, typedOf } from "./counts";

const began = (began_at: string) => ({ began_at }) as Occurrence;
const all = (...occurrences: Occurrence[]) => ({ alarms: occurrences.length, occurrences });
const PROFILE = {
  id: "jgj25-paper",
  limits: { humidity_pct: { critical_low: null, low: 45, high: 60, critical_high: 65 }, temperature_c: { high: 24 } },
} as unknown as LimitProfile;

test("both ways stand side by side, what bare limits raise most first, and nothing is left out", () => {
  expect(compared({ a: 2, b: 1 }, { b: 9, c: 3 })).toEqual([
    { key: "b", asked: 1, bare: 9 },
    { key: "c", asked: 0, bare: 3 },
    { key: "a", asked: 2, bare: 0 },
  ]);
});

test("how many fewer is a share of the bare ones; of none there is no share", () => {
  expect(fewerPct({ alarms: 25 }, { alarms: 100 })).toBe(75);
  expect(fewerPct({ alarms: 0 }, { alarms: 0 })).toBeNull();
});

test("alarms are counted where they began; what lies outside of the period is not", () => {
  const from_s = Date.parse("2026-01-01T00:00:00Z") / 1000;
  const buckets = inBuckets(
    all(began("2026-01-01T00:00:00Z"), began("2026-01-01T23:00:00Z"), began("2026-01-05T00:00:00Z")),
    all(began("2026-01-03T12:00:00Z"), began("2025-12-31T00:00:00Z")),
    { from_s, to_s: from_s + 4 * 86_400 },
    4,
  );
  expect(buckets.asked).toEqual([2, 0, 0, 0]);
  expect(buckets.bare).toEqual([0, 0, 1, 0]);
  expect(buckets.at_s[1]).toBe(from_s + 86_400);
});

test("where only the first of many are listed, nothing is claimed of what came after", () => {
  const from_s = Date.parse("2026-01-01T00:00:00Z") / 1000;
  const cut = { ...all(began("2026-01-01T00:00:00Z"), began("2026-01-02T12:00:00Z")), alarms: 1500 };
  expect(inBuckets(all(), cut, { from_s, to_s: from_s + 4 * 86_400 }, 4).bare).toEqual([1, null, null, null]);
});

test("a condition's key names its quantity and its side", () => {
  expect(conditionOf("humidity_pct/low")).toEqual({ quantity: "humidity_pct", bound: "low" });
  expect(conditionOf("year_temperature_c/high")).toEqual({ quantity: "temperature_c", bound: "high" });
  expect(conditionOf("vtt")).toEqual({ quantity: "vtt", bound: null });
  expect(conditionOf("")).toEqual({ quantity: "", bound: null });
});

test("typed bounds take the place of the profile's; an empty field is no bound", () => {
  const typed = typedOf(PROFILE);
  expect(changedProfile(PROFILE, typed)?.limits).toEqual({ humidity_pct: { low: 45, high: 60, critical_high: 65 }, temperature_c: { high: 24 } });
  const humidity = typed.humidity_pct as NonNullable<(typeof typed)[string]>;
  expect(changedProfile(PROFILE, { humidity_pct: { ...humidity, high: "62.5", critical_high: "" } })).toEqual({
    ...PROFILE,
    limits: { humidity_pct: { low: 45, high: 62.5 } },
  });
  expect(changedProfile(PROFILE, { humidity_pct: { ...humidity, high: "40" } })).toBeNull();
  expect(changedProfile(PROFILE, { humidity_pct: { ...humidity, high: "x" } })).toBeNull();
  expect(changedProfile(PROFILE, { humidity_pct: { critical_low: "", low: "", high: "", critical_high: "" } })).toBeNull();
});
