import { expect, test } from "vitest";
import { isBusy, mayPublish, withChoice, withColumn } from "./step";
import type { LoggerImport } from "./types";

const file = (more: Partial<LoggerImport>) => ({ state: "ready", questions: [], moments: 5, columns: [], ...more }) as unknown as LoggerImport;

test("what is open or empty is not published", () => {
  expect(mayPublish(file({}))).toBe(true);
  expect(mayPublish(file({ questions: [{ about: "columns", options: [], example: "" }] }))).toBe(false);
  expect(mayPublish(file({ moments: 0 }))).toBe(false);
  expect(mayPublish(file({ state: "published" }))).toBe(false);
  expect(mayPublish(file({ state: "stopped" }))).toBe(true);
});

test("while the controller works on it, it is asked again", () => {
  expect(isBusy(file({ state: "publishing" }))).toBe(true);
  expect(isBusy(file({ state: "ready" }))).toBe(false);
});

test("a choice taken back is found out again", () => {
  expect(withChoice({ decimal: "," }, "decimal", "")).toEqual({});
  expect(withChoice({}, "header_row", "3")).toEqual({ header_row: 3 });
});

test("choosing one column keeps what the others were found to be", () => {
  const found = file({ columns: [{ place: 1, heading: "Zeit", means: "moment", unit: null }, { place: 2, heading: "?", means: "", unit: null }] });
  expect(withColumn(found, {}, 2, "temperature_c").columns).toEqual({ 1: "moment", 2: "temperature_c" });
  expect(withColumn(found, {}, 1, "").columns).toEqual({});
});
