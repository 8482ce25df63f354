/** Words for the steps of an alarm's life. A step nobody worded keeps its code. */

import type { TFunction } from "i18next";
import type { AlarmStep } from "../api/types";
import { listed } from "../air/list";
import { momentWords } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { kindWords, minutesWords } from "./words";

export function stepWords(t: TFunction, { step, detail }: AlarmStep): string {
  const { until, reason, from, to, comment, kind, after_min } = detail;
  const told = {
    until: typeof until === "string" ? momentWords(until) : t("alarmList.untilReturned"),
    reason: text(reason),
    priority: priority(t, detail.priority),
    from: priority(t, from),
    to: priority(t, to),
    name: text(to),
    comment: text(comment),
    cause: typeof kind === "string" ? kindWords(t, kind) : "–",
    time: typeof after_min === "number" ? minutesWords(t, after_min) : "–",
    names: listed(Array.isArray(to) ? to.map(String) : []),
  };
  return sayIf(t, "alarmList.step", stepKey(step, detail), told) ?? step;
}

/** Some steps are told in other words by what belongs to them. */
export function stepKey(step: string, detail: AlarmStep["detail"]): string {
  if (step === "suppressed" && detail.by === "maintenance") return "suppressed_window";
  if (step === "acknowledged" && text(detail.comment) !== "") return "acknowledged_said";
  if (step === "assigned" && typeof detail.to !== "string") return "unassigned";
  return step;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");
const priority = (t: TFunction, value: unknown) => sayIf(t, "alarms.priority", text(value)) ?? "–";
