import type { TFunction } from "i18next";
import type { PairingHead } from "../api/types";
import { languageNow } from "../i18n/format";
import { addressWords } from "../room/address";

/** What a work list covers, in words. */
export function scopeWords(t: TFunction, { room, scope: { bank, column, face } }: PairingHead): string {
  if (!bank) return t("pairing.wholeRoom", { room });
  return addressWords({ room, bank, ...(column && { column }), ...(face && { face }) }, languageNow());
}
