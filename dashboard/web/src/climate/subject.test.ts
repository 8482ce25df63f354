import { expect, test } from "vitest";
import type { ClimateNow } from "../api/types";
import { chosen, quantitiesOf, subjectsOf } from "./subject";

const name = { zh: "甲", en: "A" };
const probe = (id: string, zone: string, ...more: string[]) => ({ id, zone, name, values: Object.fromEntries(more.map((one) => [one, { value: 1, suspect: null }])) });
const CLIMATE = {
  profile: null,
  zones: [{ zone: "room", name }, { zone: "empty", name }, { zone: "outside", name }],
  probes: [probe("p1", "room", "humidity_pct", "co2_ppm"), probe("p2", "outside", "battery_pct")],
} as unknown as ClimateNow;

test("zones that nobody measures are not offered", () => {
  expect(subjectsOf(CLIMATE).map(({ key }) => key)).toEqual(["zone:room", "probe:p1", "zone:outside", "probe:p2"]);
});

test("without a choice the first probe is shown, and an unknown one is no choice", () => {
  expect(chosen(subjectsOf(CLIMATE), null)?.key).toBe("probe:p1");
  expect(chosen(subjectsOf(CLIMATE), "probe:gone")?.key).toBe("probe:p1");
  expect(chosen([], null)).toBeUndefined();
});

test("temperature and humidity come first, then whatever else is measured", () => {
  const [zone] = subjectsOf(CLIMATE);
  expect(zone && quantitiesOf(CLIMATE, zone)).toEqual(["temperature_c", "humidity_pct", "co2_ppm"]);
});
