/** A shelf in the words people use for it. */

import { languageNow } from "../i18n/format";
import { addressWords, parseAddress } from "../room/address";

export function ShelfWords({ address }: { address: string }) {
  const place = parseAddress(address);
  return <span>{place ? addressWords(place, languageNow()) : address}</span>;
}
