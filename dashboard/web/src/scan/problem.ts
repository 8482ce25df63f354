/** Words what went wrong with tags, boxes at the desk and work at the shelves. */

import type { TFunction } from "i18next";
import { Problem } from "../api/client";
import { problemWords } from "../i18n/codes";
import { sayIf } from "../i18n/say";
import { shown } from "./shown";

type Params = Record<string, unknown>;

/** Word a code of an answer; one that only the whole page knows is worded there. */
export function tagReason(t: TFunction, code: string, params: Params = {}): string {
  const key = code.slice(code.lastIndexOf(".") + 1);
  if (key === "in_use" && typeof params.code === "string") return sayIf(t, "tags.code", "in_use_of", params) ?? code;
  if (key === "unknown_items" && Array.isArray(params.items)) {
    const items = params.items.map((one) => shown(String(one))).join(", ");
    return sayIf(t, "tags.code", "unknown_items_of", { items }) ?? code;
  }
  return sayIf(t, "tags.code", key, params) ?? problemWords(t, new Problem(409, code, params));
}

/** Word a failed call. */
export function tagProblem(t: TFunction, error: unknown): string {
  return error instanceof Problem ? tagReason(t, error.code, error.params) : problemWords(t, error);
}
