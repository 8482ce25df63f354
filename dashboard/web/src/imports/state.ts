/** Where an import stands, as a state machine. Pure. */

import type { ImportReport } from "../api/types";

export type Step =
  | { at: "choosing" }
  | { at: "sending"; apply: boolean; part: number }
  | { at: "checked"; report: ImportReport }
  | { at: "applied"; report: ImportReport };

export type Event =
  | { did: "send"; apply: boolean }
  | { did: "progress"; part: number }
  | { did: "answer"; report: ImportReport }
  | { did: "fail" }
  | { did: "discard" };

/** Nothing is applied unless a checked file was asked to be. A failure leads back to choosing. */
export function next(step: Step, event: Event): Step {
  switch (event.did) {
    case "send":
      if (step.at === "sending" || (event.apply && step.at !== "checked")) return step;
      return { at: "sending", apply: event.apply, part: 0 };
    case "progress":
      return step.at === "sending" ? { ...step, part: event.part } : step;
    case "answer":
      if (step.at !== "sending") return step;
      return { at: event.report.applied ? "applied" : "checked", report: event.report };
    case "fail":
    case "discard":
      return { at: "choosing" };
  }
}
