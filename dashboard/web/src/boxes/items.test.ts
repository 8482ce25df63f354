import { expect, test } from "vitest";
import type { Box, FileInBox, ItemState } from "../api/types";
import { firstItem, handable, returnable } from "./items";

const file = (code: string, state: ItemState) => ({ code, state }) as FileInBox;
const box = (state: ItemState, ...files: FileInBox[]) => ({ code: "B1", state, files }) as Box;

test("a file may leave while its box stays", () => {
  const here = box("in_place", file("F1", "in_place"), file("F2", "lent"));
  expect(handable(here)).toEqual({ withBox: true, files: [file("F1", "in_place")] });
});

test("a box that is out cannot be handed over again, nor the files in it", () => {
  expect(firstItem(box("lent", file("F1", "lent")), handable(box("lent", file("F1", "lent"))), null)).toBeNull();
});

test("only what is away can come back", () => {
  const here = box("in_place", file("F1", "in_place"), file("F2", "lent"));
  expect(returnable(here)).toEqual({ withBox: false, files: [file("F2", "lent")] });
  expect(returnable(box("transit", file("F1", "transit")))).toEqual({ withBox: true, files: [] });
});

test("the file that was looked for is offered first", () => {
  const here = box("in_place", file("F1", "in_place"), file("F2", "in_place"));
  expect(firstItem(here, handable(here), "F2")).toEqual({ file_code: "F2" });
  expect(firstItem(here, handable(here), null)).toEqual({ box_code: "B1" });
});
