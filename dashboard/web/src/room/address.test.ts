import { expect, test } from "vitest";
import { addressWords, parseAddress, printAddress } from "./address";

test.each(["R1", "R1-B2", "R1-B2-C7", "R1-B2-C7-L", "R1-B2-C7-R-3", "R1-B2-C7-L-3-5", "R1-B2-C7-L-3-5-12"])(
  "%s is read and printed unchanged",
  (text) => {
    const address = parseAddress(text);
    expect(address && printAddress(address)).toBe(text);
  },
);

test.each(["", "desk", "R1-C7", "R1-B0", "R1-B2-C7-X", "R1-B2-C07", "R1-B2-C7-L-3-5-12-1", "r1-B2"])(
  "%s is no address",
  (text) => {
    expect(parseAddress(text)).toBeNull();
  },
);

test("a whole address reads as it is spoken in both languages", () => {
  const address = parseAddress("R1-B2-C1-L-3-5") as NonNullable<ReturnType<typeof parseAddress>>;
  expect(addressWords(address, "zh")).toBe("2区 1列 左面 3节 5层");
  expect(addressWords(address, "en")).toBe("Bank 2, column 1, left face, section 3, shelf 5");
});

test("a place known only coarsely is said only as far as it is known", () => {
  expect(addressWords({ room: "R1", bank: 2, column: 4, face: "R" }, "zh")).toBe("2区 4列 右面");
  expect(addressWords({ room: "R1" }, "en")).toBe("Room R1");
});
