/** Several names in one sentence, as the reader's language puts them beside each other. */

import { languageNow } from "../i18n/format";

const BETWEEN = { zh: "、", en: ", " } as const;

/** "a, b" in English, "a、b" in Chinese; nothing is a dash. */
export function listed(names: readonly string[]): string {
  return names.join(BETWEEN[languageNow()]) || "–";
}
