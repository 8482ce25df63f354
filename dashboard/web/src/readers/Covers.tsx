/** What an antenna looks at, in words: the desk, a side of a door, or a part of the steel. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { AddressWords } from "../boxes/PlaceLine";
import { languageNow } from "../i18n/format";
import { addressWords, parseAddress } from "../room/address";
import { doorNumber } from "./look";

type Looked = { covers: string; side?: "inside" | "outside" | null };

export function Covers({ covers, side = null }: Looked) {
  const { t } = useTranslation();
  if (parseAddress(covers)?.bank !== undefined) return <AddressWords address={covers} />;
  return <>{coversWords(t, { covers, side })}</>;
}

/** The same as one line of text. */
export function coversWords(t: TFunction, { covers, side = null }: Looked): string {
  if (covers === "desk") return t("common.covers.desk");
  const door = doorWords(t, covers);
  if (door !== null) return side ? t("common.covers.doorSide", { door, side: t(`common.covers.side.${side}`) }) : door;
  const address = parseAddress(covers);
  return address ? addressWords(address, languageNow()) : covers;
}

/** Name a door; `null` if it is none. */
export function doorWords(t: TFunction, covers: string): string | null {
  const number = doorNumber(covers);
  if (number === null) return null;
  return number === 1 ? t("common.covers.door") : t("common.covers.doorNumber", { number });
}
