// @vitest-environment jsdom

import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { Problem } from "../api/client";
import { verdictOf as passageVerdict } from "../doors/passage";
import { isCounted, withCounted } from "../floor/counted";
import { verdictOf, withPut } from "../floor/putAway";
import { setLanguage, startI18n } from "../i18n";
import { people as peopleEn } from "../i18n/words/en/people";
import { readers as readersEn } from "../i18n/words/en/readers";
import { readers as readersZh } from "../i18n/words/zh/readers";
import { tags as tagsEn } from "../i18n/words/en/tagCodes";
import { people as peopleZh } from "../i18n/words/zh/people";
import { tags as tagsZh } from "../i18n/words/zh/tagCodes";
import type { ItemResult, Passage, TagItem } from "../api/types";
import { askedOf, itemPath, toldCode } from "./item";
import { tagProblem, tagReason } from "./problem";
import { clipped, shown } from "./shown";
import { isByHand } from "./typed";

beforeAll(async () => {
  await startI18n();
  await import("../i18n/tags");
});

test("a scanner types faster than any hand", () => {
  expect(isByHand([0, 8, 16, 25, 33])).toBe(false);
  expect(isByHand([0, 180, 300, 520])).toBe(true);
  expect(isByHand([])).toBe(true);
});

test("a long text is shown by its beginning and its end, a short one as it is", () => {
  expect(shown("X043-FY-1987-D30-0001")).toBe("X043-FY-1987-D30-0001");
  const long = `https://example.test/${"档".repeat(400)}/END`;
  expect(Array.from(shown(long))).toHaveLength(48);
  expect(shown(long)).toMatch(/^https:\/\/example.*….*\/END$/);
  expect(clipped("𠀀".repeat(400))).toBe("𠀀".repeat(300));
  expect(shown("𠀀".repeat(60))).not.toContain("\ud840…");
});

test("items are named as routes and requests want them", () => {
  expect(itemPath({ kind: "file", code: "X/1" })).toBe("/files/X%2F1");
  expect(askedOf({ kind: "box", code: "B1" })).toEqual({ box_code: "B1" });
  expect(toldCode({ epc: "E2" })).toBe("E2");
  expect(toldCode({ epc: "E2", kind: "box", code: "B1" })).toBe("B1");
});

const HOME = { kind: "home", address: "R1-B1-C1-L-1-1", person: null, since: null } as const;

test("a box on a strange shelf is noted and said; one that was refused is wrong", () => {
  expect(verdictOf({ ok: true, place: HOME })).toBe("ok");
  expect(verdictOf({ ok: true, place: { ...HOME, kind: "shelf" } })).toBe("unsure");
  expect(verdictOf({ ok: false, place: null })).toBe("wrong");
  const result = { ok: true } as ItemResult;
  const item = { kind: "box", code: "A" } as TagItem;
  const list = withPut([{ key: 1, name: "A", item, result }], { key: 2, name: "A", item, result });
  expect(list.map(({ key }) => key)).toEqual([2]);
});

test("a thing counts once on a shelf", () => {
  const one = { key: "B1", text: "SR:B:B1", title: null };
  const list = withCounted([], one);
  expect(isCounted(list, { key: "B1", text: "E2", title: null })).toBe(true);
  expect(withCounted(list, one)).toHaveLength(1);
});

test("a passage without a loan outweighs everything else that is known of it", () => {
  const passed = { alarmed: false, known: true, direction: "out", allowed: true } as Passage;
  expect(passageVerdict(passed)).toBe("allowed");
  expect(passageVerdict({ ...passed, alarmed: true })).toBe("alarmed");
  expect(passageVerdict({ ...passed, known: false })).toBe("unknown");
  expect(passageVerdict({ ...passed, direction: "in", allowed: false })).toBe("coming");
  expect(passageVerdict({ ...passed, allowed: false })).toBe("unsure");
});

test("codes that no label can be made of are named, not only counted", () => {
  const words = tagReason(i18next.t, "labels.unknown_items", { items: ["A1", "B".repeat(99)] });
  expect(words).toContain("A1, BBB");
  expect(words).not.toContain("B".repeat(99));
});

/** Kinds of failure that the room tells of a reader, read out of its drivers. */
const DRIVERS = import.meta.glob<string>(
  ["../../../../drivers/errors.py", "../../../../drivers/rfid/*/{greeting,steps,reader,rounds,asking}.py"],
  { query: "?raw", import: "default", eager: true },
);
const failures = Object.values(DRIVERS).join("\n");
const KINDS = new Set([
  ...[...failures.matchAll(/^    code = "([a-z_]+)"/gm)].map((found) => found[1] as string),
  ...[...failures.matchAll(/Refused\(\s*[\w.]+,\s*"([a-z_]+)"/g)].map((found) => found[1] as string),
]);

test.each([...KINDS].filter((code) => code !== "write_failed"))("a reader that is away by %s is told in both languages", (code) => {
  expect(readersEn.why).toHaveProperty(code);
  expect(readersZh.why).toHaveProperty(code);
});

test("the drivers' kinds of failure are found", () => {
  expect(KINDS.size).toBeGreaterThan(10);
});

test("a tag in use names what it is on; a code of the whole page is worded there", async () => {
  await setLanguage("en");
  expect(tagReason(i18next.t, "tags.in_use", { kind: "box", code: "B7" })).toContain("B7");
  expect(tagProblem(i18next.t, new Problem(0, "link.down"))).not.toContain("link.down");
  expect(tagProblem(i18next.t, new Problem(409, "tags.brand_new"))).toContain("tags.brand_new");
});

/** What the sources of readers and of tag work may answer, read as text: a new code there needs words here. */
const SOURCES = import.meta.glob<string>(
  ["../../../../drivers/ports.py", "../../../../controller/{tags,circulation,readers,labels,exports}/*.py"],
  { query: "?raw", import: "default", eager: true },
);
const all = Object.values(SOURCES).join("\n");
const PORT = SOURCES["../../../../drivers/ports.py"] ?? "";
const WRITING = [...(/Refused with one of: ([\s\S]*?)\. Never/.exec(PORT)?.[1] ?? "").matchAll(/\b([a-z]+(?:_[a-z]+)+)\b/g)];
const ANSWERS = [...all.matchAll(/(?:Refused|Problem|NotHeld)\((?:\d+, )?"(?:tags|circulation|holdings|readers|doors|labels|exports)\.([a-z_]+)"/g)];
const CODES = new Set([...WRITING, ...ANSWERS].map((found) => found[1] as string));

test("the sources of the codes are found", () => {
  expect(WRITING.length).toBeGreaterThan(6);
  expect(ANSWERS.length).toBeGreaterThan(5);
});

test.each([...CODES])("the answer %s has words in both languages", (code) => {
  expect({ ...peopleEn.problem, ...tagsEn.code }).toHaveProperty(code);
  expect({ ...peopleZh.problem, ...tagsZh.code }).toHaveProperty(code);
});
