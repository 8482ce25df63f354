import { expect, test } from "vitest";
import type { Plan } from "../api/types";
import { banksOf, signOf, toneOf } from "./mapZones";
import type { ZoneNow } from "./types";

const PLAN = { banks: [{ bank: 1 }, { bank: 2 }, { bank: 12 }] } as Plan;
const air = (judgement: string, probes_used: number) => ({ judgement, probes_used }) as ZoneNow["now"];

test("a zone lies on the banks whose addresses it covers, also where it covers a column only", () => {
  expect(banksOf({ covers: ["R1-B2"] }, PLAN)).toEqual([2]);
  expect(banksOf({ covers: ["R1-B12-C3", "R1-B1"] }, PLAN)).toEqual([1, 12]);
  expect(banksOf({ covers: [] }, PLAN)).toEqual([]);
});

test("an air that nobody measures is never shown as good", () => {
  expect([signOf(air("ok", 1)), signOf(air("high", 1)), signOf(air("ok", 0))]).toEqual(["✓", "▲", "?"]);
  expect([toneOf(air("ok", 1)), toneOf(air("high", 1)), toneOf(air("none", 0))]).toEqual(["plain", "refused", "stale"]);
});
