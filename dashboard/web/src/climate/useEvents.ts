import { useMemo } from "react";
import { alarmEvents, type ChartEvent, unitEvents } from "./events";
import { MOST_ALARMS, useRoomAlarms, useUnitDecisions } from "./queries";
import type { Subject } from "./subject";

export type Events = { shown: ChartEvent[]; names: Record<string, { zh: string; en: string }>; isCut: boolean };

/** What happened in a period in the zone of a subject, the earliest first. */
export function useEvents(room: string, subject: Subject, from_s: number, to_s: number): Events {
  const alarms = useRoomAlarms(room).data?.alarms;
  const decided = useUnitDecisions(room, subject.zone, from_s, to_s);
  const count = decided.reduce((sum, one) => sum + one.decisions.length, 0);
  return useMemo(() => {
    const at = { room, zone: subject.zone, probes: subject.probes };
    const raised = alarmEvents(alarms ?? [], at, from_s, to_s);
    const switched = decided.flatMap(({ unit, decisions }) => unitEvents(decisions, unit.id));
    return {
      shown: [...raised, ...switched].sort((a, b) => a.at_s - b.at_s),
      names: Object.fromEntries(decided.flatMap(({ unit }) => (unit.name ? [[unit.id, unit.name]] : []))),
      isCut: (alarms?.length ?? 0) >= MOST_ALARMS,
    };
    // biome-ignore lint: decisions are told by their number
  }, [alarms, count, room, subject.key, from_s, to_s]);
}
