/** How a series is laid on paper: where the line breaks, and what stands below it. Pure. */

import type { Series } from "../api/types";

type Points = Series["points"];

const GAP = 3;
/** The controller thins by equal spans of time and keeps the ends of each; there are about so many. */
const SPANS = 500;
const DAY_S = 86_400;

/** Put a hole where nothing was measured for more than three times the usual spacing. */
export function withHoles(points: Points): Points {
  const longest_s = longestSpacing(points);
  return points.flatMap((point, index): Points => {
    const before = points[index - 1];
    if (!before || point[0] - before[0] <= longest_s) return [point];
    return [[(before[0] + point[0]) / 2, null, null], point];
  });
}

/** Thinned points of one span may lie close or as far apart as the span is long: neither is a gap. */
function longestSpacing(points: Points): number {
  const spacings = points.slice(1).map((point, index) => point[0] - (points[index]?.[0] ?? point[0]));
  const usual_s = spacings.sort((a, b) => a - b)[Math.floor(spacings.length / 2)] ?? 0;
  const whole_s = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
  return Math.max(GAP * usual_s, (1.1 * whole_s) / SPANS);
}

/** Steps between marks below the chart, in seconds: within a day by hours, beyond it by whole days. */
export function markSteps(from_s: number, to_s: number): number[] {
  return to_s - from_s > 1.5 * DAY_S
    ? [1, 2, 3, 5, 7, 10, 14].map((days) => days * DAY_S)
    : [1, 2, 3, 4, 6, 8, 12].map((hours) => hours * 3600);
}

/** Word the marks; one that reads like an earlier one stays empty. */
export function markLabels(marks: number[], word: (at_s: number) => string): string[] {
  const words = marks.map(word);
  return words.map((one, index) => (words.indexOf(one) === index ? one : ""));
}
