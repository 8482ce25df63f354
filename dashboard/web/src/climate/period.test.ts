import { beforeAll, expect, test } from "vitest";
import { setSiteZone } from "../i18n/zone";
import { isLatest, latest, moved, spanOf } from "./period";

beforeAll(() => setSiteZone("Europe/Berlin"));
const NOON = Date.parse("2026-03-29T12:00Z");

test("a day is a day of the site, also where its clock jumps", () => {
  const today = latest("day", NOON);
  expect(today).toEqual({ unit: "day", first: "2026-03-29", last: "2026-03-29" });
  const { from_s, to_s } = spanOf(today) ?? { from_s: 0, to_s: 0 };
  expect((to_s - from_s) / 3600).toBe(23);
});

test("a week has seven days and moves by seven", () => {
  const week = latest("week", NOON);
  expect(week).toMatchObject({ first: "2026-03-23", last: "2026-03-29" });
  expect(moved(week, -1)).toMatchObject({ first: "2026-03-16", last: "2026-03-22" });
});

test("a month ends today and begins on the same day of the month before", () => {
  expect(latest("month", Date.parse("2026-03-14T12:00Z"))).toMatchObject({ first: "2026-02-15", last: "2026-03-14" });
  expect(latest("month", Date.parse("2026-03-30T12:00Z"))).toMatchObject({ first: "2026-02-28", last: "2026-03-30" });
});

test("a year moves by whole years", () => {
  const year = latest("year", Date.parse("2026-06-30T12:00Z"));
  expect(year).toMatchObject({ first: "2025-07-01", last: "2026-06-30" });
  expect(moved(year, -1)).toMatchObject({ first: "2024-07-01", last: "2025-06-30" });
});

test("an own period moves by its own length", () => {
  expect(moved({ unit: "own", first: "2026-01-01", last: "2026-01-10" }, 1)).toMatchObject({ first: "2026-01-11", last: "2026-01-20" });
});

test("days the wrong way round or none at all are no period", () => {
  expect(spanOf({ unit: "own", first: "2026-02-02", last: "2026-02-01" })).toBeNull();
  expect(spanOf({ unit: "own", first: "", last: "2026-02-01" })).toBeNull();
});

test("the latest period has no later one", () => {
  expect(isLatest(latest("week", NOON), NOON)).toBe(true);
  expect(isLatest(moved(latest("week", NOON), -1), NOON)).toBe(false);
});
