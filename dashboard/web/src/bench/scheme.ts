/** How a scheme of tag numbers is called: ours in words, the standard ones by their own names. */

import type { TFunction } from "i18next";

export function schemeName(name: string, t: TFunction): string {
  return name === "private" ? t("bench.private") : name;
}
