// @vitest-environment jsdom

import i18next from "i18next";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Place } from "../api/types";
import { setLanguage, startI18n } from "../i18n";
import { placeDetails, placeLine, seenDetails, sureWords } from "./told";

const NOW = "2026-03-01T08:00:00Z";
const PLACE: Place = { kind: "shelf", address: "R1-B1", person: null, since: "2026-03-01T07:00:00Z", by: "reader-1", confidence: 0.976, age_s: 5 };

beforeAll(() => startI18n());
beforeEach(async () => {
  vi.setSystemTime(NOW);
  await setLanguage("en");
});

test("a place is told in one line: by whom, how long ago, how surely", async () => {
  expect(placeLine(i18next.t, PLACE)).toBe("told by reader-1 · last confirmed 5 s ago · 98 % sure");
  await setLanguage("zh");
  expect(placeLine(i18next.t, PLACE)).toBe("来源：reader-1 · 5 秒前再次确认 · 把握 98 %");
});

test("a place that was not confirmed again is as old as itself; one nobody told of says nothing", () => {
  expect(placeLine(i18next.t, { ...PLACE, age_s: null })).toContain("60 min ago");
  expect(placeLine(i18next.t, { kind: "home", address: null, person: null, since: null })).toBe("");
});

test("what was confirmed when it began is not told twice", () => {
  const confirmed = (age_s: number) => placeDetails(i18next.t, { ...PLACE, age_s }).some((one) => one.includes("confirmed"));
  expect([confirmed(5), confirmed(3590)]).toEqual([true, false]);
});

test("a person sees and a reader hears", () => {
  const seen = { by: "Li Min", zone: "desk", at: NOW, confidence: null };
  expect(seenDetails(i18next.t, { ...seen, by_kind: "person" })).toContain("seen by Li Min");
  expect(seenDetails(i18next.t, { ...seen, by_kind: "reader", confidence: 0 })).toEqual(
    expect.arrayContaining(["heard by Li Min", "0 % sure"]),
  );
  expect(sureWords(i18next.t, null)).toBeNull();
});
