import { expect, test } from "vitest";
import type { LimitProfile, LimitsEntry } from "../air/types";
import { type Asked, questionOf, readAsked, writeAsked } from "./asked";

const PROFILE = { id: "house", limits: { humidity_pct: { low: 45, high: 60 } } } as unknown as LimitProfile;
const LIMITS = { profiles: [{ id: "house", profile: PROFILE } as LimitsEntry] };
const PLAIN: Asked = {
  room: "R1",
  zones: [],
  profile: "",
  typed: null,
  first: "2026-01-01",
  last: "2026-02-01",
  step: "hour",
  hysteresis: true,
  delays: true,
};
const ODD: Asked = {
  ...PLAIN,
  zones: ["room", "block A&B"],
  profile: "house",
  typed: { humidity_pct: { critical_low: "", low: "44.5", high: "61", critical_high: "" } },
  step: "raw",
  hysteresis: false,
  delays: false,
};

test.each([
  ["all zones as they are", PLAIN],
  ["other bounds for some", ODD],
])("what was asked is read out of the address as it was written: %s", (_, asked) => {
  const address = writeAsked(asked, "a1b2").toString();
  expect(readAsked(new URLSearchParams(address))).toEqual(asked);
  expect(new URLSearchParams(address).get("replay")).toBe("a1b2");
  expect(writeAsked(asked).has("replay")).toBe(false);
});

test("an address that asks nothing is no question, and one that was cut short loses no more than it lacks", () => {
  expect(readAsked(new URLSearchParams())).toBeNull();
  expect(readAsked(new URLSearchParams("room=R1&first=2026-01-01"))).toBeNull();
  const cut = readAsked(new URLSearchParams("room=R1&first=2026-01-01&last=2026-02-01&profile=house&bounds=humidity_pct:45"));
  expect(cut?.typed).toEqual({ humidity_pct: { critical_low: "45", low: "", high: "", critical_high: "" } });
});

test("the same inputs are the same question", () => {
  const question = questionOf(ODD, LIMITS);
  expect(question).toMatchObject({
    rooms: [],
    zones: [
      { room: "R1", zone: "room" },
      { room: "R1", zone: "block A&B" },
    ],
    profile: null,
    hysteresis: false,
    delays: false,
    step: "raw",
  });
  expect(question?.limits?.limits).toEqual({ humidity_pct: { low: 44.5, high: 61 } });
  expect(questionOf(readAsked(writeAsked(ODD)) as Asked, LIMITS)).toEqual(question);
  expect(questionOf(PLAIN, LIMITS)).toMatchObject({ rooms: ["R1"], zones: [], profile: null, limits: null });
});

test("days the wrong way round, bounds that do not rise and limits that are gone are no question", () => {
  expect(questionOf({ ...PLAIN, first: "2026-03-01" }, LIMITS)).toBeNull();
  const typed = { humidity_pct: { critical_low: "", low: "70", high: "61", critical_high: "" } };
  expect(questionOf({ ...ODD, typed }, LIMITS)).toBeNull();
  expect(questionOf({ ...ODD, profile: "gone", typed: null }, LIMITS)).toBeNull();
});
