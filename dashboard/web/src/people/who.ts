import type { TFunction } from "i18next";

/** Who did it, in words: a person's name as it stands, the program and a room's computer by what they are. */
export function whoWords(t: TFunction, by: string): string {
  if (by === "system") return t("people.who.system");
  if (by.startsWith("agent:")) return t("people.who.agent", { room: by.slice("agent:".length) });
  return by;
}
