/** Items of the archive by kind and code, as routes, requests and lists name them. Pure. */

import type { ItemAsked, ItemRef } from "../api/types";

export const itemPath = ({ kind, code }: ItemRef) =>
  `/${kind === "box" ? "boxes" : "files"}/${encodeURIComponent(code)}`;

export const askedOf = ({ kind, code }: ItemRef): ItemAsked =>
  kind === "box" ? { box_code: code } : { file_code: code };

/** What an item was asked for by: its code, or the number of its tag. */
export function askedKey(item: ItemAsked): string {
  if ("box_code" in item) return item.box_code;
  return "file_code" in item ? item.file_code : item.epc;
}
