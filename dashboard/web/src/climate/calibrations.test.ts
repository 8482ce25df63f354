import { expect, test } from "vitest";
import { type Due, firstDue, formula, numberOf } from "./calibrations";

const due = (standing: Due["standing"], days_left: number | null, quantity = "temperature_c"): Due => ({ probe: "p", quantity, calibration: 1, due_on: null, days_left, standing });

test("the gravest certificate of a probe is told", () => {
  expect(firstDue([due("valid", 300), due("expired", -2, "humidity_pct")], "p")?.standing).toBe("expired");
  expect(firstDue([due("valid", 300), due("valid", 90, "humidity_pct")], "p")?.days_left).toBe(90);
  expect(firstDue([due("valid", 300)], "other")).toBeNull();
});

test("a correction reads as one writes it", () => {
  expect(formula({ gain: 1, offset: 0 }, "x")).toBe("x");
  expect(formula({ gain: 1.02, offset: -0.3 }, "x")).toBe("x × 1.02 − 0.3");
});

test("numbers may have a comma or a real minus", () => {
  expect(numberOf(" −0,3 ")).toBe(-0.3);
  expect(numberOf("")).toBeNull();
  expect(numberOf("1.2.3")).toBeNull();
});
