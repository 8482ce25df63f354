import type { TFunction } from "i18next";
import type { DoorNow } from "../api/types";
import { languageNow } from "../i18n/format";
import { doorWords } from "../readers/Covers";

/** Name a door as the room file does, else by its number. */
export function doorName(t: TFunction, door: string, doors: DoorNow[] = []): string {
  const found = doors.find((one) => one.door === door);
  return found?.name[languageNow()] ?? doorWords(t, door) ?? door;
}
