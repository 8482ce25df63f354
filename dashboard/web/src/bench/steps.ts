/** How far the writing of a tag has come: asked, written, read back, paired. Pure. */

import { Problem } from "../api/client";

export const WRITE_STEPS = ["asked", "written", "read", "paired"] as const;
export type WriteStep = (typeof WRITE_STEPS)[number];
export type StepState = "waiting" | "running" | "done" | "failed" | "unknown" | "skipped";

export type Writing =
  | { at: "idle" }
  | { at: "asking" }
  | { at: "verified"; epc: string; locked: boolean }
  | { at: "failed"; code: string; why: string | null };

export const NOT_WRITING: Writing = { at: "idle" };

/** What a failed write leaves behind. */
export type WriteEnd = "not_written" | "not_verified" | "unknown";

const AT_THE_TAG = ["tag_away", "several_tags", "tag_locked", "wrong_password", "low_power", "old_number_heard"];
const UNANSWERED = ["outcome_unknown", "timeout", "down"];

export const lastPart = (code: string) => code.slice(code.lastIndexOf(".") + 1);

type Failed = Extract<Writing, { at: "failed" }>;

/** Say what became of the tag; what nobody answered is never called written or not written. */
export function endOf({ code, why }: Omit<Failed, "at">): WriteEnd {
  const key = lastPart(code);
  if (key === "not_verified" || why === "not_verified") return "not_verified";
  return UNANSWERED.includes(key) || code === "http.504" ? "unknown" : "not_written";
}

/** The state of each step. */
export function stepsOf(writing: Writing): Record<WriteStep, StepState> {
  switch (writing.at) {
    case "idle":
      return { asked: "waiting", written: "waiting", read: "waiting", paired: "waiting" };
    case "asking":
      return { asked: "done", written: "running", read: "waiting", paired: "waiting" };
    case "verified":
      return { asked: "done", written: "done", read: "done", paired: "done" };
    case "failed":
      return afterFailure(writing);
  }
}

function afterFailure(failed: Failed): Record<WriteStep, StepState> {
  switch (endOf(failed)) {
    case "not_verified":
      return { asked: "done", written: "unknown", read: "failed", paired: "skipped" };
    case "unknown":
      return { asked: "done", written: "unknown", read: "unknown", paired: "skipped" };
    case "not_written":
      return AT_THE_TAG.includes(lastPart(failed.code))
        ? { asked: "done", written: "failed", read: "skipped", paired: "skipped" }
        : { asked: "failed", written: "skipped", read: "skipped", paired: "skipped" };
  }
}

/** The state after a call that failed; an answer that never came leaves the outcome unknown. */
export function failedBy(error: unknown): Writing {
  if (!(error instanceof Problem)) return { at: "failed", code: "link.down", why: null };
  const { why } = error.params;
  return { at: "failed", code: error.code, why: typeof why === "string" ? why : null };
}
