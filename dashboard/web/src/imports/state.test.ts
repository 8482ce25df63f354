import { expect, test } from "vitest";
import type { ImportReport } from "../api/types";
import { next, type Step } from "./state";

const CHECKED = { kind: "boxes", rows: 3, good: 3, bad: [], applied: false } as unknown as ImportReport;

test("a file is checked before it can be applied", () => {
  const choosing: Step = { at: "choosing" };
  expect(next(choosing, { did: "send", apply: true })).toBe(choosing);
  expect(next(choosing, { did: "send", apply: false })).toEqual({ at: "sending", apply: false, part: 0 });
});

test("a check that was cancelled leads back to choosing", () => {
  const sending: Step = { at: "sending", apply: false, part: 0.4 };
  expect(next(sending, { did: "fail" })).toEqual({ at: "choosing" });
});

test("checked, applied, done", () => {
  const checked = next({ at: "sending", apply: false, part: 1 }, { did: "answer", report: CHECKED });
  expect(checked.at).toBe("checked");
  const sending = next(checked, { did: "send", apply: true });
  expect(next(sending, { did: "answer", report: { ...CHECKED, applied: true } }).at).toBe("applied");
});

test("an answer that comes after cancelling changes nothing", () => {
  const choosing: Step = { at: "choosing" };
  expect(next(choosing, { did: "answer", report: CHECKED })).toBe(choosing);
});
