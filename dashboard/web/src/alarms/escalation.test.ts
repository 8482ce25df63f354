import { expect, test } from "vitest";
import { changeStep, type Escalation, toggled, withoutStep, withStep, wrongWith } from "./escalation";

const NONE: Escalation = { steps: [], repeat_min: { high: 30, medium: 240, low: 0 } };
const step = (after_min: number) => ({ after_min, recipients: ["a"], priorities: ["high" as const] });

test("a further step comes as long after the last as that came after the one before", () => {
  const one = withStep(NONE);
  expect(one.steps[0]?.after_min).toBe(30);
  expect(withStep({ ...NONE, steps: [step(10), step(25)] }).steps[2]?.after_min).toBe(40);
  expect(withStep(withStep(one)).steps.map(({ after_min }) => after_min)).toEqual([30, 60, 90]);
});

test("steps are saved only in order of time, each with somebody to tell and whole minutes", () => {
  expect(wrongWith(NONE)).toBeNull();
  expect(wrongWith({ ...NONE, steps: [step(10), step(20)] })).toBeNull();
  expect(wrongWith({ ...NONE, steps: [step(10), step(10)] })).toBe("not_ascending");
  expect(wrongWith({ ...NONE, steps: [{ ...step(10), recipients: [] }] })).toBe("nobody");
  expect(wrongWith({ ...NONE, steps: [{ ...step(10), priorities: [] }] })).toBe("nobody");
  for (const minutes of [0, 1.5, Number.NaN, 20161]) expect(wrongWith({ ...NONE, steps: [step(minutes)] })).toBe("minutes");
  expect(wrongWith({ ...NONE, repeat_min: { ...NONE.repeat_min, low: -1 } })).toBe("minutes");
});

test("one step changes and the others stay", () => {
  const two = { ...NONE, steps: [step(10), step(20)] };
  expect(changeStep(two, 1, { after_min: 25 }).steps.map(({ after_min }) => after_min)).toEqual([10, 25]);
  expect(withoutStep(two, 0).steps).toEqual([step(20)]);
  expect(toggled(["a"], "b")).toEqual(["a", "b"]);
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
});
