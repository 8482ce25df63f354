/** Puts the reasons of the room's regulators into words, with what they go by. */

import type { TFunction } from "i18next";
import { spanWords } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { listed } from "../air/list";
import { faultWords } from "../alarms/words";
import { INPUT_UNITS } from "./inputUnits";

export type Detail = Record<string, unknown>;
/** How people call a unit or a zone that a reason names. */
export type NameOf = { unit: (id: string) => string; zone: (id: string) => string };

/** Say a reason; a code nobody worded is shown as it is. */
export function reasonWords(t: TFunction, code: string, detail: Detail, nameOf: NameOf): string {
  const told: Record<string, string> = {};
  for (const [name, value] of Object.entries(detail)) told[name] = inputText(t, name, value, nameOf, false);
  const key = code === "by_hand" && typeof detail.why === "string" ? "by_hand_said" : code;
  return sayIf(t, "units.reasons", key, told) ?? t("common.unknownCode", { code });
}

/** What would be decided if the guard or an interlock did not hold it back; `null` if nothing does. */
export function behindOf(code: string, detail: Detail): string | null {
  const { behind } = detail;
  return typeof behind === "string" && behind !== code ? behind : null;
}

/** What a decision goes by, as rows; what the sentence alone needs is left out. */
export function inputsOf(t: TFunction, detail: Detail, nameOf: NameOf): { name: string; label: string; text: string }[] {
  return Object.entries(detail)
    .filter(([name, value]) => name !== "behind" && value !== null && value !== "")
    .map(([name, value]) => ({
      name,
      label: sayIf(t, "units.inputOf", name) ?? name,
      text: inputText(t, name, value, nameOf, true),
    }));
}

function inputText(t: TFunction, name: string, value: unknown, nameOf: NameOf, withUnit: boolean): string {
  if (typeof value === "number") {
    const unit = INPUT_UNITS[name];
    if (unit === "s") return spanWords(t, value);
    return withUnit && unit ? `${value} ${unit}` : String(value);
  }
  if (name === "reported") return listed(String(value).split(", ").map((one) => faultWords(t, one)));
  if (name === "unit") return nameOf.unit(String(value));
  if (name === "zone") return nameOf.zone(String(value));
  if (name === "says") return sayIf(t, "units.says", String(value)) ?? String(value);
  return String(value);
}
