import { afterAll, beforeAll, expect, test } from "vitest";
import { setSiteZone } from "../i18n/zone";
import { siteClock, siteMoment } from "./when";

beforeAll(() => setSiteZone("Europe/Copenhagen"));
afterAll(() => setSiteZone("UTC"));

test("a time is the site's, wherever the page is read", () => {
  expect(siteMoment("2026-07-01T14:30")).toBe("2026-07-01T12:30:00.000Z");
  expect(siteMoment("2026-12-01T14:30")).toBe("2026-12-01T13:30:00.000Z");
  expect(siteClock(Date.parse("2026-07-01T12:30:00Z"))).toBe("2026-07-01T14:30");
});

test("on the days the clock changes, the hours beside the change are right", () => {
  expect(siteMoment("2026-03-29T01:59")).toBe("2026-03-29T00:59:00.000Z");
  expect(siteMoment("2026-03-29T03:00")).toBe("2026-03-29T01:00:00.000Z");
  expect(siteMoment("2026-10-25T03:00")).toBe("2026-10-25T02:00:00.000Z");
});

test("no moment is none", () => {
  expect(siteMoment("")).toBeNull();
  expect(siteMoment("yesterday")).toBeNull();
});
