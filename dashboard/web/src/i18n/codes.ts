/** Puts codes of the API into words. A code nobody worded is shown as it is, never swallowed. */

import type { TFunction } from "i18next";
import { Problem } from "../api/client";
import type { Post } from "../api/types";
import { nameIn } from "../room/motion";
import { momentWords, spanWords } from "./format";
import { say } from "./say";
import { en as motionWords } from "./words/motion";
import { en as peopleWords } from "./words/people";
import { en as workWords } from "./words/work";

type MotionCode = keyof typeof motionWords.code;
type CodeWith = keyof typeof motionWords.codeWith;
type ProblemCode = keyof typeof peopleWords.problem;
type AuditAct = keyof typeof peopleWords.audit.acts;
type AuditOutcome = keyof typeof peopleWords.audit.outcomes;
type ImportCode = keyof typeof workWords.imports.code;

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
  return key in motionWords.code
    ? t(`motion.code.${key as MotionCode}`)
    : t("common.unknownCode", { code });
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
  return name in motionWords.interlock ? t(`motion.interlock.${name as keyof typeof motionWords.interlock}`) : name;
}

/** Word why a device is offline; what a driver says in its own language is for the technician. */
export function offlineReason(t: TFunction, why: string): string {
  return lastPart(why) in motionWords.code ? motionReason(t, why) : t("motion.code.link_lost");
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
  if (key in peopleWords.problem) return ofAccount(t, error.params, t(`people.problem.${key as ProblemCode}`));
  return t("common.unknownCode", { code });
}

/** Say whose account a fault is of, where several were sent at once. */
function ofAccount(t: TFunction, { post, name }: Problem["params"], words: string): string {
  if (typeof post !== "string" || typeof name !== "string" || !(post in peopleWords.post)) return words;
  const who = [t(`people.post.${post as Post}`), name].filter((part) => part !== "").join(" · ");
  return t("people.problem.of", { who, words });
}

/** Word an act of the audit ledger; one without words keeps its code. */
export function actWords(t: TFunction, action: string): string {
  const key = action.replaceAll(".", "_");
  return key in peopleWords.audit.acts ? t(`people.audit.acts.${key as AuditAct}`) : action;
}

/** Word how an act ended; an outcome without words keeps its code. */
export function outcomeWords(t: TFunction, outcome: string): string {
  return outcome in peopleWords.audit.outcomes
    ? t(`people.audit.outcomes.${outcome as AuditOutcome}`)
    : outcome;
}

/** Word what is wrong with a row of an import. */
export function importReason(t: TFunction, code: string): string {
  const key = lastPart(code);
  return key in workWords.imports.code
    ? t(`work.imports.code.${key as ImportCode}`)
    : t("common.unknownCode", { code });
}
