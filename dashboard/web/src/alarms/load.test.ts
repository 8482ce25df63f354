import { expect, test } from "vitest";
import { type AlarmLoad, figureRows, figureText, priorityMix } from "./load";

const target = (figure: string, most: number) => ({ figure, most, about: null, source: "somebody", confirmed: false });
const LOAD: AlarmLoad = {
  from: "2026-10-01T00:00:00Z",
  to: "2026-11-01T00:00:00Z",
  room: null,
  alarms: 10,
  kept_back: 2,
  per_hour: 6,
  per_day: 151,
  most_in_10_min: 3,
  flood_pct: 0,
  worst: [],
  worst_share_pct: null,
  chattering: 1,
  stale: ["a", "b"],
  standing_pct: 50.04,
  priorities: { high: 1, medium: 3, low: 6 },
  noted: 4,
  mean_to_note_s: 300,
  nuisance_pct: 12.5,
  unauthorised: 0,
  zones: [],
  targets: [
    target("per_hour", 6),
    target("per_day", 150),
    target("chattering", 0),
    target("stale", 4),
    target("worst_share_pct", 5),
    { figure: "priorities", most: null, about: { high: 5, medium: 15, low: 80 }, source: "somebody", confirmed: false },
  ],
};

test("a figure keeps its target when it is not above it", () => {
  const verdicts = Object.fromEntries(figureRows(LOAD).map((one) => [one.figure, one.verdict]));
  expect(verdicts).toMatchObject({ per_hour: "met", per_day: "missed", chattering: "missed", stale: "met" });
});

test("without a target nothing is judged, and without alarms nothing is measured", () => {
  const rows = figureRows(LOAD);
  expect(rows.find((one) => one.figure === "standing_pct")).toMatchObject({ verdict: "plain", target: null });
  expect(rows.find((one) => one.figure === "worst_share_pct")?.verdict).toBe("nothing");
});

test("the share of the ten worst is not judged while there are no others", () => {
  const verdict = (worst_share_pct: number) => figureRows({ ...LOAD, worst_share_pct }).find((one) => one.figure === "worst_share_pct")?.verdict;
  expect(verdict(100)).toBe("nothing");
  expect(verdict(99)).toBe(LOAD.targets.some((one) => one.figure === "worst_share_pct") ? "missed" : "plain");
});

test("figures are written as shares, rates and counts", () => {
  expect(figureText("standing_pct", 50.04)).toBe("50.0 %");
  expect(figureText("per_hour", 0.4567)).toBe("0.46");
  expect(figureText("per_day", 151)).toBe("151.0");
  expect(figureText("stale", 2)).toBe("2");
  expect(figureText("nuisance_pct", null)).toBe("–");
});

test("the mix of priorities stands beside what it should be about; of no alarms there is none", () => {
  expect(priorityMix(LOAD).map((one) => [one.share_pct, one.about_pct])).toEqual([
    [10, 5],
    [30, 15],
    [60, 80],
  ]);
  expect(priorityMix({ ...LOAD, priorities: { high: 0, medium: 0, low: 0 } })[0]?.share_pct).toBeNull();
});
