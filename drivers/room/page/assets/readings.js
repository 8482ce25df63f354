// How old each reading of a segment is, and what it is worth: one line, and a table behind it.

import { sayInterlock } from "./codes.js";
import { make } from "./net.js";
import { say, sayOf, saySpan } from "./words.js";

const WORST_LAST = ["good", "stale", "bad_reply", "never_read"];

const unfolded = new Set();

function sayRead({ age_ms: age, quality }, passedMs) {
  const worth = sayOf("quality", quality);
  return age === null ? worth : say("readAgo", saySpan((age + passedMs) / 1000), worth);
}

function worstOf(readings) {
  return readings.reduce((worst, one) => {
    const [a, b] = [WORST_LAST.indexOf(one.quality), WORST_LAST.indexOf(worst.quality)];
    return a > b || (a === b && (one.age_ms ?? 0) > (worst.age_ms ?? 0)) ? one : worst;
  });
}

function drawRow(name, says, reading, passedMs) {
  return make("tr", { data: { reading: reading.name ?? "position", quality: reading.quality ?? "unseen" } },
    make("th", { scope: "row", textContent: name }), make("td", { textContent: says }),
    make("td", { textContent: reading.quality ? sayRead(reading, passedMs) : say("unseen") }));
}

// passedMs: how long ago the room told it.
export function drawReadings(state, plan, segment, passedMs) {
  const first = Math.min(...plan.aisles.map((aisle) => aisle.after ?? Infinity));
  const last = Math.max(...plan.aisles.map((aisle) => aisle.before ?? 0));
  const columns = state.columns.filter((one) => one.column >= first && one.column <= last);
  const read = [...segment.interlocks, ...columns].filter((one) => one.quality);
  if (read.length === 0) return null;
  const rows = segment.interlocks.map((one) => drawRow(sayInterlock(one.name), sayOf("check", one.check), one, passedMs));
  if (columns.length) rows.push(drawRow(say("positions"), "", { ...worstOf(columns), name: undefined }, passedMs));
  const key = `${state.bank}-${segment.segment}`;
  const folded = make("details", { className: "readings", open: unfolded.has(key) },
    make("summary", { textContent: say("readings", sayRead(worstOf(read), passedMs)), data: { act: "readings" } }),
    make("table", {}, ...rows));
  folded.addEventListener("toggle", () => (folded.open ? unfolded.add(key) : unfolded.delete(key)));
  return folded;
}
