/** An alarm for tests: of a limit, in a zone, acknowledged by nobody. */

import type { Alarm } from "../api/types";

export function anAlarm(of: Partial<Alarm> = {}): Alarm {
  return {
    id: "1",
    kind: "climate.limit",
    room: "R1",
    subject: "R1/probe-1",
    params: { probe: "probe-1", quantity: "humidity_pct", bound: "high", value: 63.24, limit: 60 },
    priority: "medium",
    since: "2026-11-21T20:00:00Z",
    raised_at: "2026-11-22T00:00:00Z",
    acknowledged: null,
    cleared_at: null,
    told: [],
    state: "UNACK",
    rule: "jgj25-paper",
    rule_version: 1,
    zone: "room",
    assignee: null,
    latched: false,
    returned_at: null,
    shelved: null,
    out_of_service: null,
    suppressed_by: null,
    history: [],
    ...of,
  };
}
