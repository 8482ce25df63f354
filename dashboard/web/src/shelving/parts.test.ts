import { expect, test } from "vitest";
import type { Hold, MotionRequest, Turn } from "../api/types";
import { clockWords, leftUntil, shortTime } from "./countdown";
import { holdActs, purposeOf, turnsOf } from "./holding";
import { CHEN, LI } from "./sample";
import { tripSteps } from "./tripSteps";

const AT = "2026-11-22T00:00:00Z";
const HOLD: Hold = { aisle: 3, actor: CHEN, since: AT, offered_to: null };
const TURN: Turn = { id: "1", bank: 1, segment: 1, aisle: 3, user: LI, purpose: null, asked_at: AT, status: "waiting", offered_until: null };

test("a countdown rounds up and ends at nought", () => {
  const at_ms = Date.parse(AT);
  expect(leftUntil(AT, at_ms - 4_200)).toBe(5);
  expect(leftUntil(AT, at_ms + 1)).toBe(0);
  expect(leftUntil(null, at_ms)).toBe(0);
  expect([clockWords(0), clockWords(65), clockWords(300)]).toEqual(["0:00", "1:05", "5:00"]);
});

test("a short time keeps its meaning", () => {
  expect([0.004, 0.42, 12.34].map(shortTime)).toEqual(["4 ms", "0.42 s", "12.3 s"]);
});

test("the holder releases or hands over; nobody else releases from a workstation", () => {
  expect(holdActs(HOLD, CHEN, [])).toEqual(["release", "hand_over"]);
  expect(holdActs(HOLD, LI, [])).toEqual(["wait"]);
  expect(holdActs(HOLD, LI, [TURN])).toEqual(["waiting"]);
});

test("who is offered an aisle takes it over, nobody else does", () => {
  const offered = { ...HOLD, offered_to: LI };
  expect(holdActs(offered, LI, [])).toEqual(["take_over"]);
  expect(holdActs(offered, { id: "u3", name: "王芳" }, [])).toEqual(["wait"]);
});

test("a hold is for what its holder gave as purpose when asking", () => {
  const asked = { verb: "open_aisle", status: "done", bank: 1, segment: 1, aisle: 3, actor_id: CHEN.id, purpose: "查档" };
  const requests = [{ ...asked, actor_id: LI.id, purpose: "x" }, asked] as MotionRequest[];
  expect(purposeOf(HOLD, 1, 1, requests)).toBe("查档");
  expect(purposeOf(HOLD, 2, 1, requests)).toBeNull();
});

test("of one's turns an offered one comes first, and those that are over do not come", () => {
  const turns = [TURN, { ...TURN, id: "2", status: "offered" }, { ...TURN, id: "3", status: "used" }] as Turn[];
  expect(turnsOf(turns, LI).map((one) => one.id)).toEqual(["2", "1"]);
  expect(turnsOf(turns, CHEN)).toEqual([]);
});

test("the controller's own reset comes first, then a person; a walk-round needs no reset", () => {
  expect(tripSteps("reset").map((one) => `${one.step} ${one.state}`)).toEqual(["reset now", "confirmation later"]);
  expect(tripSteps("confirmation").map((one) => `${one.step} ${one.state}`)).toEqual(["reset done", "confirmation now"]);
  expect(tripSteps("walk_round").map((one) => one.step)).toEqual(["walk_round"]);
});

test("a hold by PIN at the bank is one's own at the desk, and so is what was offered to a PIN", () => {
  const byPin = { id: "pin-0123456789abcdef", name: CHEN.name };
  expect(holdActs({ ...HOLD, actor: byPin }, CHEN, [])).toEqual(["release", "hand_over"]);
  expect(holdActs({ ...HOLD, actor: LI, offered_to: byPin }, CHEN, [])).toEqual(["take_over"]);
});
