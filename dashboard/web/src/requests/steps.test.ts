import { expect, test } from "vitest";
import type { MotionRequest } from "../api/types";
import { afterAsking, stepCode } from "./steps";

test("a step is told by how long after the asking it came, never before it", () => {
  expect(afterAsking("2026-11-22T00:00:02.340Z", "2026-11-22T00:00:00Z")).toBe("+2.3 s");
  expect(afterAsking("2026-11-22T00:00:00Z", "2026-11-22T00:00:01Z")).toBe("+0.0 s");
});

test("the last step does not repeat the reason that stands beside the state", () => {
  const at = "2026-11-22T00:00:00Z";
  const steps = [
    { status: "accepted", code: "outcome_unknown", at },
    { status: "failed", code: "timeout", at },
  ];
  const request = { status: "failed", code: "timeout", steps } as unknown as MotionRequest;
  expect([0, 1].map((index) => stepCode(request, index))).toEqual(["outcome_unknown", null]);
});
