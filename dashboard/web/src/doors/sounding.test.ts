import { expect, test } from "vitest";
import type { DoorNow } from "../api/types";
import { silencer, soundOf } from "./sounding";

const DOOR: DoorNow = {
  door: "door",
  name: { zh: "南门", en: "South door" },
  has_sounder: true,
  sounding: false,
  obeys: true,
  silenced: null,
};
const SILENCED = { by: { id: "u-7", name: "李敏" }, at: "2026-11-22T00:00:00Z" };

test.each([
  [{ has_sounder: false, sounding: null }, "none"],
  [{ sounding: null, silenced: SILENCED }, "unknown"],
  [{ sounding: true, obeys: false }, "sounding"],
  [{ obeys: false, silenced: SILENCED }, "stuck"],
  [{ silenced: SILENCED }, "silenced"],
  [{}, "silent"],
])("a door with %o is %s", (facts, sound) => {
  expect(soundOf({ ...DOOR, ...facts })).toBe(sound);
});

test("who silenced a door is named, unless it was somebody at the bank's page", () => {
  expect(silencer({ ...DOOR, silenced: SILENCED })).toBe("李敏");
  const at_bank = { ...SILENCED, by: { id: "at-the-bank", name: "at the bank" } };
  expect(silencer({ ...DOOR, silenced: at_bank })).toBeNull();
});
