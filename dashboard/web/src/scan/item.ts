/** Items of the archive by kind and code, as routes, requests and lists name them. Pure. */

import type { ItemAsked, ItemRef, ItemTold } from "../api/types";

export const itemPath = ({ kind, code }: ItemRef) =>
  `/${kind === "box" ? "boxes" : "files"}/${encodeURIComponent(code)}`;

export const askedOf = ({ kind, code }: ItemRef): ItemAsked =>
  kind === "box" ? { box_code: code } : { file_code: code };

/** What was meant: its code, or what it was asked for by if nothing answers to that. */
export const toldCode = ({ code, box_code, file_code, epc }: ItemTold) => code ?? box_code ?? file_code ?? epc ?? "";
