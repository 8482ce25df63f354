// @vitest-environment jsdom

import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { Problem } from "../api/client";
import { problemWords } from "./codes";
import { exactMoment, momentWords } from "./format";
import { setLanguage, startI18n } from "./index";
import { setSiteZone, siteZone } from "./zone";

beforeAll(() => startI18n());

test("moments are told in the time of the site, not of the browser", async () => {
  await setLanguage("en");
  setSiteZone("Asia/Shanghai");
  expect(exactMoment("2026-03-01T20:30:00Z")).toContain("02/03/2026, 04:30:00");
  setSiteZone("America/New_York");
  expect(exactMoment("2026-03-01T20:30:00Z")).toContain("01/03/2026, 15:30:00");
});

test("today is today at the site", () => {
  setSiteZone("Asia/Shanghai");
  expect(momentWords(new Date().toISOString())).toMatch(/^\d\d:\d\d$/);
  expect(momentWords("2026-03-01T20:30:00Z")).toContain("02/03/2026");
});

test("a zone this browser does not know leaves its own", () => {
  setSiteZone("Nowhere/Atall");
  expect(siteZone()).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test("a locked sign-in says how long to wait", async () => {
  await setLanguage("en");
  const locked = new Problem(429, "people.too_many_failures", { retry_after_s: 600 });
  expect(problemWords(i18next.t, locked)).toContain("10 min");
});

test("a weak password says whose it is", async () => {
  await setLanguage("zh");
  const weak = new Problem(422, "people.password_too_simple", { name: "李强", post: "archivist" });
  expect(problemWords(i18next.t, weak)).toBe("档案员 · 李强：密码重复过多。");
  const own = new Problem(422, "people.password_too_simple", {});
  expect(problemWords(i18next.t, own)).toBe("密码重复过多。");
});
