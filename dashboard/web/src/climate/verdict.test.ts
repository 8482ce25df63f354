import { expect, test } from "vitest";
import { KEPT_PCT, verdictOf } from "./verdict";

test("who keeps the limits while paper ages is told so", () => {
  expect(verdictOf(100, "risk")).toBe("ageing");
  expect(verdictOf(100, "ok")).toBe("ageing");
  expect(verdictOf(KEPT_PCT, "good")).toBe("well");
});

test("broken limits come first, and what is not known is not judged", () => {
  expect(verdictOf(KEPT_PCT - 0.1, "good")).toBe("breaks");
  expect(verdictOf(null, "good")).toBeNull();
  expect(verdictOf(100, null)).toBeNull();
});
