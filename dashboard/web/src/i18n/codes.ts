/** Puts codes of the API into words. A code nobody worded is shown as it is, never swallowed. */

import type { TFunction } from "i18next";
import { Problem } from "../api/client";
import { nameIn } from "../room/motion";
import { momentWords, spanWords } from "./format";
import { say, sayIf } from "./say";
import type { motion } from "./words/en/motion";
import type { people } from "./words/en/people";

type CodeWith = keyof typeof motion.codeWith;
type ProblemCode = keyof typeof people.problem;

/** Codes whose last part alone does not say which words fit. */
const SAME_AS: Record<string, ProblemCode> = {
  "link.down": "link_down",
  "upload.cancelled": "upload_cancelled",
  "request.invalid": "invalid",
  "request.unknown_path": "not_found",
  "http.401": "sign_in_first",
  "http.403": "not_permitted",
  "http.404": "not_found",
  "http.413": "too_large",
  "http.500": "server",
};

const lastPart = (code: string) => code.slice(code.lastIndexOf(".") + 1);

/** What a reason must tell before it can be worded with it. */
const TOLD: Record<CodeWith, readonly string[]> = {
  held_by_other: ["holder", "aisle"],
  armed_by_other: ["by"],
  locked: ["holder"],
  locked_by_other: ["holder"],
  column_locked_out: ["column", "by"],
  hindered: ["why"],
  turn_of_other: ["name", "until"],
  interlock_unknown: ["interlock"],
};

type Params = Record<string, unknown>;

/** Word why steel did not move; `shelving.` in front of the code may be missing. */
export function motionReason(t: TFunction, code: string, params: Params = {}): string {
  const key = lastPart(code);
  const told = key in TOLD ? toldIn(t, TOLD[key as CodeWith], params) : null;
  if (told) return say(t, `motion.codeWith.${key}`, told);
  return sayIf(t, "motion.code", key) ?? t("common.unknownCode", { code });
}

/** The params of a reason as people write them; `null` if one is missing. */
function toldIn(t: TFunction, names: readonly string[], params: Params): Record<string, string> | null {
  const told: Record<string, string> = {};
  for (const name of names) {
    const value = params[name];
    if (value === undefined || value === null) return null;
    if (name === "until") told[name] = momentWords(String(value));
    else if (name === "why") told[name] = motionReason(t, String(value));
    else if (name === "interlock") told[name] = interlockName(t, String(value));
    else told[name] = nameIn(value) ?? String(value);
  }
  return told;
}

/** Name an interlock; one without words keeps its own name. */
export function interlockName(t: TFunction, name: string): string {
  return sayIf(t, "motion.interlock", name) ?? name;
}

/** Word why a device is offline; what a driver says in its own language is for the technician. */
export function offlineReason(t: TFunction, why: string): string {
  return sayIf(t, "motion.code", lastPart(why)) ?? t("motion.code.link_lost");
}

/** Word any failure of a call. */
export function problemWords(t: TFunction, error: unknown): string {
  if (!(error instanceof Problem)) return t("people.problem.generic");
  const { code } = error;
  if (code.startsWith("shelving.")) return motionReason(t, code, error.params);
  if (code.startsWith("import.")) return importReason(t, code);
  const wait_s = error.params.retry_after_s;
  if (code === "people.too_many_failures" && typeof wait_s === "number") {
    return t("people.problem.too_many_failures_for", { time: spanWords(t, wait_s) });
  }
  const key = SAME_AS[code] ?? lastPart(code);
  const words = sayIf(t, "people.problem", key);
  return words === null ? t("common.unknownCode", { code }) : ofAccount(t, error.params, words);
}

/** Say whose account a fault is of, where several were sent at once. */
function ofAccount(t: TFunction, { post, name }: Problem["params"], words: string): string {
  const held = typeof post === "string" ? sayIf(t, "people.post", post) : null;
  if (held === null || typeof name !== "string") return words;
  const who = [held, name].filter((part) => part !== "").join(" · ");
  return t("people.problem.of", { who, words });
}

/** Word an act of the audit ledger; one without words keeps its code. */
export function actWords(t: TFunction, action: string): string {
  if (action.startsWith("motion.")) return sayIf(t, "motion.verb", lastPart(action)) ?? action;
  return sayIf(t, "people.audit.acts", action.replaceAll(".", "_")) ?? action;
}

/** Word how an act ended; an outcome without words keeps its code. */
export function outcomeWords(t: TFunction, outcome: string): string {
  return sayIf(t, "people.audit.outcomes", outcome) ?? outcome;
}

/** Word what is wrong with a row of an import. */
export function importReason(t: TFunction, code: string): string {
  return sayIf(t, "work.imports.code", lastPart(code)) ?? t("common.unknownCode", { code });
}
