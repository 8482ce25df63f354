/** What happened while a chart's values were measured: alarms and switched units. Pure. */

import type { Alarm } from "../api/types";

export type ChartEvent = { at_s: number; kind: "raised" | "cleared" | "on" | "off"; what: string; who: string };
type Known = Alarm & { zone?: string | null };
export type Decision = { at: string; wanted: boolean; on: boolean | null; why: string };

/** Alarms of the air in a period that concern a zone or one of its probes. */
export function alarmEvents(alarms: Known[], at: { room: string; zone: string; probes: string[] }, from_s: number, to_s: number): ChartEvent[] {
  return alarms
    .filter((one) => one.kind.startsWith("climate.") && one.room === at.room && concerns(one, at))
    .flatMap(({ kind, raised_at, cleared_at, params, subject }): ChartEvent[] => {
      const who = typeof params.probe === "string" ? params.probe : subject;
      const raised = { at_s: Date.parse(raised_at) / 1000, kind: "raised" as const, what: kind, who };
      const cleared = { at_s: Date.parse(cleared_at ?? "") / 1000, kind: "cleared" as const, what: kind, who };
      return cleared_at === null ? [raised] : [raised, cleared];
    })
    .filter(({ at_s }) => from_s <= at_s && at_s < to_s);
}

function concerns({ zone, params }: Known, at: { zone: string; probes: string[] }): boolean {
  if (typeof params.probe === "string") return at.probes.includes(params.probe);
  return (zone ?? at.zone) === at.zone; // smoke and water of no zone are the whole room's
}

/** Decisions, newest first, as the moments at which a unit went on or off: not where it only should. */
export function unitEvents(decisions: Decision[], unit: string): ChartEvent[] {
  const known = decisions.toReversed().filter(({ on }) => on !== null);
  return known
    .filter(({ on }, index) => on !== (known[index - 1]?.on ?? false))
    .map(({ at, on, why }) => ({ at_s: Date.parse(at) / 1000, kind: on ? "on" : "off", what: why, who: unit }));
}
