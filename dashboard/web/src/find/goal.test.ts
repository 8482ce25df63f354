import { expect, test } from "vitest";
import type { LastSeen, Place } from "../api/types";
import { addressOfHit, goalOf, noteOf } from "./goal";

const HOME = "R1-B1-C3-R-1-1";
const WRONG = "R1-B2-C7-L-3-5";
const place = (kind: Place["kind"], address: string | null = null): Place => ({ kind, address, person: null, since: null });
const seenAt = (zone: string): LastSeen => ({ by: "reader-1", by_kind: "reader", zone, at: "2026-03-01T08:00:00Z", confidence: 0.9 });
const goal = (where: Place, seen: LastSeen | null = null, home: string | null = HOME) =>
  goalOf({ place: where, last_seen: seen }, home);

test("a misplaced thing is gone to where it stands, not to its home", () => {
  expect(goal(place("shelf", WRONG))).toEqual({ address: WRONG, is: "place" });
  expect(addressOfHit({ place: place("shelf", WRONG), home: HOME })).toBe(WRONG);
});

test("a thing in its place is gone to its own shelf, which a reader does not know as exactly", () => {
  expect(goal(place("home", "R1-B1-C3-R-1"))).toEqual({ address: HOME, is: "home" });
});

test("what stands on no shelf leads to its home", () => {
  for (const kind of ["desk", "transit", "person"] as const) {
    expect(goal(place(kind), seenAt(WRONG))).toEqual({ address: HOME, is: "home" });
  }
  expect(addressOfHit({ place: place("desk"), home: HOME })).toBe(HOME);
});

test("what nobody can place is looked for where it was last seen, if that was before a face", () => {
  expect(goal(place("unknown"), seenAt(WRONG))).toEqual({ address: WRONG, is: "seen" });
  expect(goal(place("unknown"), seenAt("door"))).toEqual({ address: HOME, is: "home" });
  expect(goal(place("unknown"), seenAt("R1-B2"))).toEqual({ address: HOME, is: "home" });
});

test("without a home and a place there is nowhere to go", () => {
  expect(goal(place("desk"), null, null)).toBeNull();
});

test("it is said why the aisle is not that of a thing in its place", () => {
  const note = (state: Parameters<typeof noteOf>[0]["state"], is: "place" | "seen" | "home") =>
    noteOf({ state }, { address: HOME, is });
  expect(note("in_place", "home")).toBeNull();
  expect(note("misplaced", "place")).toBe("misplaced");
  expect([note("transit", "home"), note("desk", "home")]).toEqual(["transit", "desk"]);
  expect([note("unknown", "home"), note("unknown", "seen")]).toEqual(["unknown", "seen"]);
  expect(noteOf({ state: "lent" }, null)).toBe("lent");
  expect(noteOf({ state: "desk" }, null)).toBeNull();
});
