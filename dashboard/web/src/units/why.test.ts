// @vitest-environment jsdom

import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { setLanguage, startI18n } from "../i18n";
import { units as en } from "../i18n/words/en/units";
import { units as zh } from "../i18n/words/zh/units";
import { behindOf, inputsOf, reasonWords } from "./why";

beforeAll(async () => {
  await startI18n();
  await import("../i18n/air");
  await setLanguage("en");
});

const NAMES = { unit: (id: string) => (id === "dryer-1" ? "Dryer" : id), zone: (id: string) => id };
/** The reasons and what belongs to them, read from the room's sources as text. */
const SOURCES = import.meta.glob<string>("../../../../drivers/room/regulation/*.py", { query: "?raw", import: "default", eager: true });
const reasons = Object.entries(SOURCES).find(([path]) => path.endsWith("/reasons.py"))?.[1] ?? "";
const CODES = [...reasons.matchAll(/^[A-Z_]+: Final = "([a-z_]+)"/gm)].map((found) => found[1] as string);

test("the reasons of the room are found", () => expect(CODES.length).toBeGreaterThan(30));

test.each(CODES)("the reason %s has words in both languages that are filled by what belongs to it", (code) => {
  for (const words of [en, zh]) expect(words.reasons).toHaveProperty(code);
  const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1] as string).sort();
  const key = code as keyof typeof en.reasons;
  expect(places(zh.reasons[key])).toEqual(places(en.reasons[key]));
  for (const place of places(en.reasons[key])) {
    expect(Object.values(SOURCES).join("\n")).toContain(`"${place}"`);
    expect(en.inputOf).toHaveProperty(place);
  }
});

/** What units of the shipped profiles report as wrong or of note. */
const PROFILES = import.meta.glob<string>("../../../../config/profiles/units/*.yaml", { query: "?raw", import: "default", eager: true });
const FAULTS = Object.values(PROFILES).flatMap((text) =>
  [...text.matchAll(/^ *(?:fault|notice)(?:s|_coils): \{(.+)\}/gm)].flatMap(([, some]) => [...(some as string).matchAll(/: ([a-z_]+)/g)].map((found) => found[1] as string)),
);

test("the faults of shipped profiles are found", () => expect(FAULTS).toContain("filter"));

test.each([...new Set([...FAULTS, "tank_full"])])("the fault %s of a unit has words in both languages", (code) => {
  for (const words of [en, zh]) expect(words.fault).toHaveProperty(code);
});

test("a reason names its values, and a unit by its name", () => {
  const damp = { humidity_pct: 58.2, ends_below_pct: 53, starts_above_pct: 57, temperature_c: 19.4, probes: 2 };
  expect(reasonWords(i18next.t, "too_damp", damp, NAMES)).toBe("It is too damp: 58.2 %RH; it runs until 53 %.");
  expect(reasonWords(i18next.t, "drying_first", { unit: "dryer-1" }, NAMES)).toContain("Dryer");
  expect(reasonWords(i18next.t, "by_hand", { name: "陈静", why: "filter" }, NAMES)).toContain("filter");
  expect(reasonWords(i18next.t, "brand_new", {}, NAMES)).toContain("brand_new");
});

test("what the guard holds back is told with what is behind it", () => {
  expect(behindOf("guard_min_off", { behind: "too_damp" })).toBe("too_damp");
  expect(behindOf("too_damp", { behind: "too_damp" })).toBeNull();
  expect(behindOf("too_damp", {})).toBeNull();
});

test("inputs are rows with unit and words; times are spans", () => {
  const rows = inputsOf(i18next.t, { humidity_pct: 58.2, behind: "x", grace_s: 120, says: "door", strange: 1 }, NAMES);
  expect(rows.map((row) => [row.label, row.text])).toEqual([
    [en.inputOf.humidity_pct, "58.2 %RH"],
    [en.inputOf.grace_s, "2 min"],
    [en.inputOf.says, en.says.door],
    ["strange", "1"],
  ]);
});
