import { expect, test } from "vitest";
import { stamped } from "../api/queries";
import type { Live, ProgramState, SegmentState } from "../api/types";
import { BANK, SEGMENT } from "../shelving/sample";
import { pictureAge, shout } from "./warning";

const PROGRAM: ProgramState = {
  id: "p",
  program: "night_closing",
  status: "warning",
  proposed_by: null,
  started_by: null,
  at: "2026-11-22T00:00:00Z",
  warning_ends: "2026-11-22T00:00:30Z",
  why: null,
};

function live(program: ProgramState | null = null, segment: Partial<SegmentState> = {}, link = { alive: true, age_s: 1 }) {
  const room = { boot_id: "a", version: 1, at: "", program, received_age_s: 0 };
  const answer: Live = { link, banks: [{ ...BANK, segments: [{ ...SEGMENT, ...segment }] }], devices: [], room };
  return stamped(answer);
}

test("a quiet room shouts nothing", () => {
  expect(shout(live(), 1).name).toBe("none");
  expect(shout(live({ ...PROGRAM, status: "proposed" }), 1).name).toBe("none");
});

test("the warning phase and motion in an empty room are shouted", () => {
  expect(shout(live(PROGRAM), 1).name).toBe("warning");
  expect(shout(live({ ...PROGRAM, status: "running" }), 1).name).toBe("running");
});

test("fire outweighs everything, even an old picture", () => {
  expect(shout(live(PROGRAM, { mode: "fire" }), 60).name).toBe("fire");
});

test("an old picture says that it is old and warns of nothing that may be over", () => {
  expect(shout(live(PROGRAM), 11)).toEqual({ name: "old", age_s: 11 });
  expect(shout(live(PROGRAM, {}, { alive: false, age_s: 1 }), 1).name).toBe("old");
  expect(shout(undefined, null)).toEqual({ name: "old", age_s: null });
});

test("a controller that went silent makes the picture old, however young it was when it came", () => {
  const now = Date.now();
  const seen = live();
  expect(pictureAge(seen, now - 3_000, now)).toBeLessThan(2);
  expect(pictureAge(seen, now - 30_000, now)).toBeGreaterThanOrEqual(30);
  expect(pictureAge(undefined, 0, now)).toBeNull();
});
