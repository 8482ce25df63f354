/** What a trip needs next, as steps in their order. Pure. */

import type { TripState } from "../api/types";

export type TripStepName = "reset" | "confirmation" | "walk_round";
export type TripStepState = "done" | "now" | "later";

/**
 * First the controller's own reset, then a named person at the bank; after a power cut there is
 * nothing to reset, but somebody walks round.
 */
export function tripSteps(needs: TripState["needs"]): { step: TripStepName; state: TripStepState }[] {
  switch (needs) {
    case "reset":
      return [
        { step: "reset", state: "now" },
        { step: "confirmation", state: "later" },
      ];
    case "confirmation":
      return [
        { step: "reset", state: "done" },
        { step: "confirmation", state: "now" },
      ];
    case "walk_round":
      return [{ step: "walk_round", state: "now" }];
  }
}
