import { expect, test } from "vitest";
import { Problem } from "../api/client";
import { endOf, failedBy, NOT_WRITING, stepsOf } from "./steps";

const failed = (code: string, why: string | null = null) => ({ at: "failed" as const, code, why });

test("a tag that was verified has done every step", () => {
  const steps = stepsOf({ at: "verified", epc: "E2", locked: false });
  expect(new Set(Object.values(steps))).toEqual(new Set(["done"]));
});

test("a tag that answers something else failed at reading back and was not paired", () => {
  const steps = stepsOf(failed("tags.outcome_unknown", "not_verified"));
  expect(steps).toEqual({ asked: "done", written: "unknown", read: "failed", paired: "skipped" });
  expect(endOf(failed("tags.outcome_unknown", "not_verified"))).toBe("not_verified");
});

test("what nobody answered is called neither written nor not written", () => {
  for (const code of ["tags.outcome_unknown", "link.down", "http.504"]) {
    expect(endOf(failed(code))).toBe("unknown");
    expect(stepsOf(failed(code))).toMatchObject({ written: "unknown", paired: "skipped" });
  }
});

test("a refusal before the tag leaves it as it was; one by the tag is told at the writing", () => {
  expect(endOf(failed("tags.in_use"))).toBe("not_written");
  expect(stepsOf(failed("tags.in_use"))).toMatchObject({ asked: "failed", written: "skipped" });
  expect(stepsOf(failed("tags.tag_away"))).toMatchObject({ asked: "done", written: "failed" });
});

test("a call that never came back has an unknown outcome", () => {
  expect(failedBy(new TypeError("x"))).toEqual(failed("link.down"));
  expect(failedBy(new Problem(409, "tags.busy"))).toEqual(failed("tags.busy"));
  expect(stepsOf(NOT_WRITING).asked).toBe("waiting");
});
