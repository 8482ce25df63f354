import { expect, test } from "vitest";
import { parseAddress } from "./address";
import { readView, WHOLE_ROOM, writeView } from "./view";

test("without a view the picture goes to the home of the chosen box", () => {
  const home = parseAddress("R1-B2-C7-L-3-5");
  expect(readView(null, home)).toEqual({ focus: 2, face: { bank: 2, column: 7, face: "L" } });
  expect(readView(null, null)).toEqual(WHOLE_ROOM);
});

test.each(["room", "B2", "B2-C7-L"])("the view %s is written as it is read", (at) => {
  expect(writeView(readView(at, null))).toBe(at);
});

test("a view that makes no sense shows the whole room", () => {
  expect(readView("nonsense", null)).toEqual(WHOLE_ROOM);
});
