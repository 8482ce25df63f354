// @vitest-environment jsdom

import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { Problem } from "../api/client";
import { motionReason, problemWords } from "./codes";
import { setLanguage, startI18n } from "./index";
import { motion as motionEn } from "./words/en/motion";
import { program as programEn } from "./words/en/program";
import { shelving as shelvingEn } from "./words/en/shelving";
import { tags as tagsEn } from "./words/en/tagCodes";
import { trips as tripsEn } from "./words/en/trips";
import { motion as motionZh } from "./words/zh/motion";
import { program as programZh } from "./words/zh/program";
import { shelving as shelvingZh } from "./words/zh/shelving";
import { tags as tagsZh } from "./words/zh/tagCodes";
import { trips as tripsZh } from "./words/zh/trips";

beforeAll(() => startI18n());

/** What the room, the bank's controller and this page may answer, as the contract lists it. */
const REASONS = [
  ...["aisle_occupied", "occupancy_unknown", "local_control", "e_stop", "maintenance_key", "crank"],
  ...["fire", "fault_latched", "obstruction", "entrance", "already_moving", "no_such_aisle"],
  ...["stale_seq", "old_epoch", "ttl_expired", "power", "heartbeat_lost", "held_by_other"],
  ...["stale_view", "request_expired", "steel_unknown", "faulted", "link_lost", "room_silent"],
  ...["start_at_bank", "interlock_unknown", "limit_switch", "motor", "power_fail", "person_entered", "timeout"],
];

test.each(REASONS)("the reason %s has words in both languages", async (code) => {
  for (const language of ["zh", "en"] as const) {
    await setLanguage(language);
    const words = motionReason(i18next.t, `shelving.${code}`);
    expect(words).not.toContain(`shelving.${code}`);
    expect(words.length).toBeGreaterThan(4);
  }
});

/** The sources of the room, read as text: a code that is new there needs words here. */
const SOURCES = import.meta.glob<string>(
  [
    "../../../../drivers/trips.py",
    "../../../../drivers/messages/*.py",
    "../../../../drivers/room/**/*.py",
    "../../../../drivers/shelving/*/*.py",
  ],
  { query: "?raw", import: "default", eager: true },
);
const source = (path: string) => SOURCES[`../../../../${path}`] ?? "";
const quoted = (text: string) => [...text.matchAll(/"([a-z][a-z_]*)"/g)].map((found) => found[1] as string);
const between = (text: string, from: string, to: string) => (text.split(from)[1] ?? "").split(to)[0] ?? "";

const TRIPS = [...quoted(between(source("drivers/trips.py"), "TRIPS = (", ")")), "unknown"];
const CODES = source("drivers/shelving/modbus/codes.py");
const CONTROLLER_REASONS = quoted(between(CODES, "REASONS: Meanings", "\n)")).filter((one) => one !== "none");
const CONTROLLER_FAULTS = quoted(between(CODES, "FAULTS: Meanings", "\n)")).filter((one) => one !== "none");

test.each([...new Set([...TRIPS, ...CONTROLLER_REASONS, ...CONTROLLER_FAULTS])])(
  "the protection or reason %s of a controller says in both languages what to do",
  (code) => {
    for (const words of [motionEn, motionZh]) expect(words.code).toHaveProperty(code);
  },
);

test.each(TRIPS)("the protection %s has a short name in both languages", (code) => {
  for (const words of [tripsEn, tripsZh]) expect(words).toHaveProperty(code);
});

/** How a code is told in the room: by a rule of motion, by the desk, by a driver that refuses. */
const TELLING =
  /(?:\bcode=|objection\(\s*"\w+",\s*|Refused\(\s*[\w.]+,\s*|_refuse\(request, |disarm\(segment, |Outcome\("not_sent", )"([a-z_]+)"/g;
/** What only the page at the bank answers, to somebody in front of it. */
const AT_THE_BANK = ["wrong_pin", "wrong_badge", "nothing_armed"];
const TOLD = Object.values(SOURCES).flatMap((text) => [...text.matchAll(TELLING)].map((found) => found[1] as string));
const REFUSALS = TOLD.filter((code) => !AT_THE_BANK.includes(code));

test("the lists of the room are found", () => {
  expect(TRIPS.length).toBeGreaterThan(25);
  expect(CONTROLLER_REASONS.length).toBeGreaterThan(15);
  expect(CONTROLLER_FAULTS.length).toBeGreaterThan(5);
  expect(REFUSALS.length).toBeGreaterThan(20);
});

test.each([...new Set(REFUSALS)])("the refusal %s of the room has words", (code) => {
  expect({ ...motionEn.code, ...tagsEn.code }).toHaveProperty(code);
  expect({ ...motionZh.code, ...tagsZh.code }).toHaveProperty(code);
});

const MESSAGES = source("drivers/messages/requests.py") + source("drivers/messages/states.py");
const literal = (name: string) => quoted(between(MESSAGES, `${name} = Literal[`, "]"));

test.each(literal("\nVerb"))("the verb %s has words", (verb) => {
  for (const words of [motionEn, motionZh]) expect(words.verb).toHaveProperty(verb);
});

test("states, origins and modes of the wire all have words", () => {
  for (const words of [motionEn, motionZh]) {
    expect(words.status).toMatchObject(Object.fromEntries(literal("RequestStatus").map((one) => [one, expect.any(String)])));
    expect(words.origin).toMatchObject(Object.fromEntries(literal("Origin").map((one) => [one, expect.any(String)])));
  }
  const modes = quoted(between(MESSAGES, "mode: Literal[", "]"));
  const states = quoted(between(MESSAGES, "status: Literal[", "]"));
  expect(modes.length).toBeGreaterThan(5);
  for (const words of [shelvingEn, shelvingZh]) for (const mode of modes) expect(words.mode).toHaveProperty(mode);
  for (const words of [programEn, programZh]) for (const state of states) expect(words.status).toHaveProperty(state);
});

test("a reason names who and what where that is known", async () => {
  await setLanguage("en");
  const told = motionReason(i18next.t, "held_by_other", { holder: "陈静", aisle: 3 });
  expect(told).toContain("陈静");
  expect(told).toContain("3");
  expect(motionReason(i18next.t, "held_by_other")).toBe(motionEn.code.held_by_other);
  expect(motionReason(i18next.t, "interlock_unknown", { interlock: "crank" })).toContain(motionEn.interlock.crank);
});

test("the Chinese words are Chinese", async () => {
  await setLanguage("zh");
  expect(motionReason(i18next.t, "aisle_occupied")).toMatch(/[\u4e00-\u9fff]/);
  expect(document.documentElement.lang).toBe("zh-CN");
});

test("a code nobody worded is shown, not swallowed", async () => {
  await setLanguage("en");
  expect(motionReason(i18next.t, "shelving.brand_new")).toContain("shelving.brand_new");
  expect(problemWords(i18next.t, new Problem(418, "tea.pot"))).toContain("tea.pot");
});

test("an answer without a code is worded by its status", async () => {
  await setLanguage("en");
  expect(problemWords(i18next.t, new Problem(404, "http.404"))).toBe("This does not exist.");
});
