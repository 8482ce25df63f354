/** Addresses as painted on the steel, R1-B2-C7-L-3-5-12 or the beginning of one, and in words. */

import type { FaceName } from "../api/types";

export type Address = {
  room: string;
  bank?: number;
  column?: number;
  face?: FaceName;
  section?: number;
  shelf?: number;
  slot?: number;
};

const PATTERN =
  /^([A-Z][A-Z0-9]{0,15})(?:-B([1-9]\d*)(?:-C([1-9]\d*)(?:-([LR])(?:-([1-9]\d*)(?:-([1-9]\d*)(?:-([1-9]\d*))?)?)?)?)?)?$/;

/** Read an address or a prefix of one; `null` if it is none. */
export function parseAddress(text: string): Address | null {
  const match = PATTERN.exec(text.trim());
  if (!match) return null;
  const [, room, bank, column, face, section, shelf, slot] = match;
  const address: Address = { room: room as string };
  if (bank) address.bank = Number(bank);
  if (column) address.column = Number(column);
  if (face) address.face = face as FaceName;
  if (section) address.section = Number(section);
  if (shelf) address.shelf = Number(shelf);
  if (slot) address.slot = Number(slot);
  return address;
}

/** Print an address the way it is painted. */
export function printAddress(address: Address): string {
  const { room, bank, column, face, section, shelf, slot } = address;
  const parts = [room, bank && `B${bank}`, column && `C${column}`, face, section, shelf, slot];
  return parts.filter((part) => part !== undefined && part !== 0).join("-");
}

type Language = "zh" | "en";

/** Say an address in words; the room is left out because the picture beside it says it. */
export function addressWords(address: Address, language: Language): string {
  return language === "zh" ? inChinese(address) : inEnglish(address);
}

function inChinese({ room, bank, column, face, section, shelf, slot }: Address): string {
  if (bank === undefined) return `${room} 库房`;
  const parts = [
    `${bank}区`,
    column && `${column}列`,
    face && (face === "L" ? "左面" : "右面"),
    section && `${section}节`,
    shelf && `${shelf}层`,
    slot && `${slot}位`,
  ];
  return parts.filter(Boolean).join(" ");
}

function inEnglish({ room, bank, column, face, section, shelf, slot }: Address): string {
  if (bank === undefined) return `Room ${room}`;
  const parts = [
    `Bank ${bank}`,
    column && `column ${column}`,
    face && (face === "L" ? "left face" : "right face"),
    section && `section ${section}`,
    shelf && `shelf ${shelf}`,
    slot && `position ${slot}`,
  ];
  return parts.filter(Boolean).join(", ");
}
