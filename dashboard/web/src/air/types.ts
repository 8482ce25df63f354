/** What /api/v1 says of limits, units, replay and the load of alarms. Plain shapes. */

import type { Person } from "../api/types";

export type Words = { zh: string; en: string };

export type BoundName = "critical_low" | "low" | "high" | "critical_high";
export type Bounds = Partial<Record<BoundName, number | null>>;
export type Delays = { on_s: number; off_s: number; hysteresis: Record<string, number> };
/** A profile of limits as its file has it. */
export type LimitProfile = {
  id: string;
  version: number;
  name: Words;
  medium: string;
  limits: Record<string, Bounds>;
  seasons: { first_month: number; last_month: number; limits: Record<string, Bounds> }[];
  around_year: Record<string, { down: number; up: number; short: number }>;
  mean_24h: Record<string, Bounds>;
  daily_swing: { temperature_c: number | null; humidity_pct: number | null; reading: "half_range" | "range" } | null;
  rate_per_h: Record<string, number>;
  historic_band: object | null;
  mould: Record<string, number | string> | null;
  warning: Delays;
  critical: Delays;
  text: Words;
  source: string[];
  verified: boolean;
};
export type RecordedLimits = { version: number; digest: string; origin: "shipped" | "site" | "page"; at: string | null; by: string };
export type LimitsEntry = RecordedLimits & { id: string; profile: LimitProfile };
/** One thing that is wrong with limits on record: where, what stands there, what may. */
export type Flaw = { place: string; value: string; allowed: string };
/** Recorded once and not allowed any more: whatever it was written as, nobody is judged by it. */
export type FlawedLimits = RecordedLimits & { id: string; profile: unknown; flaws: Flaw[] };
export type LimitsPast = LimitsEntry & { versions: RecordedLimits[]; flaws: Flaw[] };
export type NamedZone = {
  room: string;
  zone: string;
  name: Words;
  kind: "room" | "closed_block" | "outside";
  profile: string | null;
  version: number | null;
  choice: { profile: string; at: string; by: string; reason: string } | null;
  /** Limits that it should keep and that cannot be applied. */
  flawed: string | null;
};
/** Of what is flawed `profiles` has the newest version that is not, which nobody can choose. */
export type Limits = { profiles: LimitsEntry[]; flawed: FlawedLimits[]; zones: NamedZone[] };

export type UnitFacts = {
  does: "dry" | "humidify" | "ventilate" | null;
  zone: string | null;
  on: boolean | null;
  wanted: boolean | null;
  why: string | null;
  detail: Record<string, string | number | boolean | null>;
  since: string | null;
  until: string | null;
  by_hand: Person | null;
  starts_last_hour: number;
  faults: string[];
  set_pct: number | null;
  measured: Record<string, number>;
};
export type Does = NonNullable<UnitFacts["does"]>;
export type Unit = {
  id: string;
  name: Words;
  driver: string;
  does: Does | null;
  zone: string | null;
  /** What its regulator aims at. */
  set_pct: number | null;
  dead_band_pct: number | null;
  online: boolean;
  why_offline: string | null;
  at: string | null;
  facts: UnitFacts | null;
};
export type AirContact = {
  device: string;
  input: number;
  says: "smoke" | "leak" | "door" | "tank_full" | "unit_fault" | "rain";
  zone: string | null;
  unit_id: string | null;
  /** `null`: it cannot be read, or never was. */
  safe: boolean | null;
  at: string | null;
};
export type RoomUnits = { units: Unit[]; contacts: AirContact[] };
export type Decision = {
  id: number;
  at: string;
  does: string | null;
  zone: string | null;
  wanted: boolean;
  on: boolean | null;
  why: string;
  detail: Record<string, unknown>;
  by: string | null;
};
export type Decisions = { decisions: Decision[]; more: boolean };

export type Occurrence = {
  room: string;
  zone: string;
  probe: string;
  kind: string;
  key: string;
  grade: string;
  since: string;
  began_at: string;
  /** `null`: it stands at the end. */
  ended_at: string | null;
  value: number | null;
  limit: number | null;
};
export type Tally = {
  alarms: number;
  alarms_per_year: number;
  by_kind: Record<string, number>;
  by_zone: Record<string, number>;
  again_within_6_h: number;
  standing_pct: number;
  occurrences: Occurrence[];
};
export type ReplayResult = Tally & { years: number; probes: number; reports: number; step: "hour" | "raw" };
export type Replay = {
  id: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  progress: number;
  result: ReplayResult | null;
  /** The same by bare limits, without hysteresis and delays. */
  without: Tally | null;
};
