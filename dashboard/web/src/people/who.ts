import type { TFunction } from "i18next";
import type { Person } from "../api/types";

/** Whether both are one: a PIN at the bank proves a name, not an account, and no two people share a name. */
export function isPerson(one: Person | null | undefined, other: Person): boolean {
  return one != null && (one.id === other.id || one.name === other.name);
}

/** Who did it, in words: a person's name as it stands, the program and a room's computer by what they are. */
export function whoWords(t: TFunction, by: string): string {
  if (by === "system") return t("people.who.system");
  if (by.startsWith("agent:")) return t("people.who.agent", { room: by.slice("agent:".length) });
  return by;
}
