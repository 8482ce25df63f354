// @vitest-environment jsdom

import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { QUANTITIES } from "../air/quantity";
import { setLanguage, startI18n } from "../i18n";
import { alarms as en } from "../i18n/words/en/alarms";
import { alarms as zh } from "../i18n/words/zh/alarms";
import { quantity as quantityEn } from "../i18n/words/en/quantities";
import { quantity as quantityZh } from "../i18n/words/zh/quantities";
import { alarmList as listEn } from "../i18n/words/en/alarmList";
import { kindKey } from "./alarm";
import { KINDS } from "./list";
import { anAlarm } from "./sample";
import { stepWords } from "./steps";
import { alarmProblem, alarmWords } from "./words";
import { Problem } from "../api/client";

beforeAll(async () => {
  await startI18n();
  await Promise.all([import("../i18n/air"), import("../i18n/steel")]);
});

const NAMES = {
  room: () => "一号库",
  zone: (_: string, zone: string) => (zone === "room" ? "纸质区" : zone),
  device: (_: string, device: string) => (device === "probe-1" ? "东墙" : device),
};
const inBoth = async (look: (language: "zh" | "en") => void) => {
  for (const language of ["zh", "en"] as const) {
    await setLanguage(language);
    look(language);
  }
};

/** Lists of the program, read as text: what is new there needs words here. */
const SOURCES = import.meta.glob<string>(
  ["../../../../controller/alarms/*.py", "../../../../controller/people/*.py", "../../../../config/quantities.yaml"],
  { query: "?raw", import: "default", eager: true },
);
const source = (path: string) => SOURCES[`../../../../${path}`] ?? "";

test("every kind of alarm there is can be looked for, has a name and a sentence in both languages", () => {
  const text = source("controller/alarms/kinds.py");
  const constants = Object.fromEntries([...text.matchAll(/([A-Z_0-9]+(?:, [A-Z_0-9]+)*) = ("[a-z_0-9.]+"(?:, "[a-z_0-9.]+")*)/g)].flatMap(
    ([, names, codes]) => (names as string).split(", ").map((name, at) => [name, ((codes as string).split(", ")[at] ?? "").slice(1, -1)]),
  ));
  const kinds = [...text.matchAll(/code=([A-Z_0-9]+)/g)].map((found) => constants[found[1] as string]);
  expect(kinds.length).toBeGreaterThan(20);
  expect([...KINDS].sort()).toEqual([...kinds].sort());
  for (const kind of KINDS) {
    for (const words of [en, zh]) {
      expect(words.kind).toHaveProperty(kindKey(kind));
      expect(words.says).toHaveProperty(kindKey(kind));
    }
  }
});

test("every quantity has the unit, the digits and the names of config/quantities.yaml", () => {
  const rows = [...source("config/quantities.yaml").matchAll(/^([a-z0-9_]+): \{name: \{zh: (.+?), en: (.+?)\}, unit: "?([^",]*)"?, digits: (\d)/gm)];
  expect(rows.length).toBeGreaterThan(15);
  for (const [, name, nameZh, nameEn, unit, digits] of rows as unknown as [string, string, string, string, string, string][]) {
    expect(QUANTITIES[name]).toEqual({ unit, digits: Number(digits) });
    expect(quantityZh).toHaveProperty(name, nameZh);
    expect(quantityEn).toHaveProperty(name, nameEn);
  }
});

test("every step that an alarm's life notes has words", () => {
  const text = Object.entries(SOURCES).filter(([path]) => path.includes("/alarms/")).map(([, each]) => each).join("\n");
  const named = [...text.matchAll(/(?:note_step\([^"]*?|_note\(session, row, )"([a-z_]+)"/g)].map((found) => found[1] as string);
  expect(named.length).toBeGreaterThan(8);
  for (const step of [...named, "shelved", "suppressed", "out_of_service"]) expect(listEn.step).toHaveProperty(step);
});

test("a limit is told with zone, probe, value and limit in one sentence", async () => {
  await inBoth((language) => {
    expect(alarmWords(i18next.t, anAlarm(), NAMES)).toBe(
      language === "zh" ? "纸质区 · 东墙：相对湿度 63.2 %RH，高于上限 60.0 %RH。" : "纸质区 · 东墙: Relative humidity 63.2 %RH, above the limit of 60.0 %RH.",
    );
  });
});

test("a swing that is read to both sides of the day's middle is written so", async () => {
  await setLanguage("en");
  const swing = (reading: string) => alarmWords(i18next.t, anAlarm({ kind: "climate.swing", params: { ...anAlarm().params, value: 12.6, limit: 5, reading } }), NAMES);
  expect(swing("half_range")).toContain("moved ±12.6 %RH within a day, more than the ±5.0 %RH");
  expect(swing("range")).toContain("moved 12.6 %RH");
});

test("contacts are told with their input, faults in words", async () => {
  await setLanguage("zh");
  const leak = anAlarm({ kind: "climate.leak", zone: null, params: { device: "contacts-1", input: 1, faults: ["leak"] } });
  expect(alarmWords(i18next.t, leak, NAMES)).toContain("contacts-1，输入 1");
  expect(alarmWords(i18next.t, anAlarm({ kind: "climate.unit_fault", params: { faults: ["filter", "E1"] } }), NAMES)).toContain("滤网待清洗、E1");
});

test.each(KINDS.filter((one) => one.startsWith("climate.")))("a sentence of %s leaves nothing open", async (kind) => {
  const params = { ...anAlarm().params, faults: ["E1"], unit: "dryer-1" };
  await inBoth(() => {
    const words = alarmWords(i18next.t, anAlarm({ kind, params }), NAMES);
    expect(words).toContain("纸质区");
    expect(words).not.toContain("{{");
    expect(words).not.toContain("undefined");
  });
});

test("an alarm without a value says a dash, one of an unknown kind its subject", async () => {
  await setLanguage("en");
  expect(alarmWords(i18next.t, anAlarm({ params: {} }), NAMES)).toContain("–");
  expect(alarmWords(i18next.t, anAlarm({ kind: "climate.new" }), NAMES)).toBe("R1/probe-1");
});

test("a step says what belongs to it", async () => {
  await setLanguage("en");
  const step = (name: string, detail: Record<string, unknown>) => stepWords(i18next.t, { step: name, at: "", by: null, detail });
  expect(step("worse", { from: "medium", to: "high" })).toBe("Graver: from Medium to High");
  expect(step("assigned", { to: "陈静" })).toContain("陈静");
  expect(step("assigned", { to: null })).toBe(listEn.step.unassigned);
  expect(step("suppressed", { by: "cause", kind: "climate.offline" })).toContain(en.kind.offline);
  expect(step("suppressed", { by: "maintenance", reason: "filters", until: null })).toContain("filters");
  expect(step("escalated", { after_min: 120, to: ["Duty"] })).toBe("Nobody acknowledged for 2 hours; told: Duty");
  expect(step("brand_new", {})).toBe("brand_new");
});

test("why an act failed is said in words, with the longest time where that was it", async () => {
  await setLanguage("en");
  expect(alarmProblem(i18next.t, new Problem(422, "alarms.shelved_too_long", { most_min: 10080 }))).toContain("7 days");
  expect(alarmProblem(i18next.t, new Problem(409, "alarms.not_in_this_state", { state: "OOSRV" }))).toBe(en.problem.not_in_this_state);
});
