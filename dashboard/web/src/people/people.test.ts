import type { TFunction } from "i18next";
import { expect, test } from "vitest";
import { homeOf, screensFor } from "../ui/screens";
import { splitMatch } from "../find/splitMatch";
import { tokenIn } from "./token";
import { whoWords } from "./who";

test.each([
  ["#token=abc", "abc"],
  ["#setup=abc", "abc"],
  ["#abc", "abc"],
  ["", null],
  ["#", null],
  ["#other=abc", null],
])("the one-time token of %s is found", (hash, token) => {
  expect(tokenIn(hash)).toBe(token);
});

test("the menu shows what a post may use, and one entry for the room", () => {
  const may = (...held: string[]) => screensFor((permission) => held.includes(permission)).map((one) => one.name);
  expect(may("search", "room.read", "climate.read")).toEqual(["find", "climate"]);
  expect(may("room.read", "live.read", "alarm.read")).toEqual(["room", "shelving"]);
  expect(may("room.read", "climate.read")).toEqual(["room", "climate"]);
  expect(may("people.read")).toEqual(["users"]);
  expect(may()).toEqual([]);
});

test.each([
  [["search", "room.read", "climate.read", "climate.manage"], "/"],
  [["room.read", "live.read", "climate.read", "climate.manage"], "/climate"],
  [["room.read", "request.read", "audit.read"], "/room"],
  [["people.read"], "/users"],
  [["self.manage"], undefined],
])("who may %s begins at %s", (held, home) => {
  expect(homeOf((permission) => held.includes(permission))).toBe(home);
});

test("who did it reads as a name, not as a key of the program", () => {
  const t = ((key: string, params?: object) => `${key}${params ? JSON.stringify(params) : ""}`) as unknown as TFunction;
  expect(whoWords(t, "王馆员")).toBe("王馆员");
  expect(whoWords(t, "system")).toBe("people.who.system");
  expect(whoWords(t, "agent:R1")).toBe('people.who.agent{"room":"R1"}');
});

test("the part that was searched for is marked, in any case of letters", () => {
  expect(splitMatch("GF-00123", "gf-00")).toEqual(["", "GF-00", "123"]);
  expect(splitMatch("王伟明", "伟明")).toEqual(["王", "伟明", ""]);
  expect(splitMatch("王伟明", "李")).toBeNull();
});
