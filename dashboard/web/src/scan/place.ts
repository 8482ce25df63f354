/** Words for a scanned label that names more than one shelf: a column, a face, a section. */

import type { TFunction } from "i18next";
import { languageNow } from "../i18n/format";
import { addressWords, parseAddress } from "../room/address";

export function placeWords(t: TFunction, address: string): string {
  const parsed = parseAddress(address);
  return t("scan.place", { where: parsed ? addressWords(parsed, languageNow()) : address });
}
