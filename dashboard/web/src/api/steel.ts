/** What /api/v1 says of the steel: banks, requests, trips, turns, programs, alarms. Plain shapes. */

export type Person = { id: string; name: string };
export type Check = "safe" | "unsafe" | "unknown";
/** What a reading is worth. */
export type Quality = "good" | "stale" | "never_read" | "bad_reply";
export type Interlock = {
  name: string;
  check: Check;
  age_ms: number | null;
  /** Nobody: a named person at the bank must confirm it for each request. */
  seen_by: "controller" | "sensor" | "nobody";
  /** `null`: nobody reads it, or an older agent tells it. */
  quality?: Quality | null;
};
export type Phase = "unknown" | "open" | "moving" | "ventilating" | "halted" | "faulted";
export type Mode = "normal" | "maintenance" | "locked" | "fire" | "ventilate" | "power_fail" | "degraded";
export type Hold = { aisle: number; actor: Person; since: string; offered_to: Person | null };
export type LockOut = { column: number; actor: Person; since: string; reason: string };
export type Armed = {
  request_id: string;
  verb: string;
  aisle: number | null;
  actor: Person;
  until: string;
};
export type TripState = {
  id: string;
  code: string;
  /** The maker's own code, as it came. */
  raw: string;
  since: string;
  needs: "reset" | "confirmation" | "walk_round";
};
export type SegmentState = {
  segment: number;
  phase: Phase;
  mode: Mode;
  aisle: number | null;
  /** All open aisles; `aisle` is the first. */
  aisles: number[];
  target: number | null;
  remaining_s: number;
  why: string | null;
  hold: Hold | null;
  /** All holds; `hold` is the first. */
  holds: Hold[];
  lock: "unlocked" | "locked" | "unknown";
  /** A lock that was set through this program, and by whom. */
  own_lock: { actor: Person; since: string } | null;
  /** null: the controller does not report it. */
  sleep: "awake" | "asleep" | "unknown" | null;
  armed: Armed | null;
  trip: TripState | null;
  /** A protection that forbids motion now and ends by itself. */
  hindrance?: { code: string; raw: string } | null;
  request_id: string | null;
  interlocks: Interlock[];
};
export type ColumnState = {
  column: number;
  /** `null`: the controller does not say. */
  position_mm: number | null;
  travel: "none" | "left" | "right" | "unknown";
  trip: string | null;
  age_ms?: number | null;
  quality?: Quality | null;
};
export type Order = "open_aisle" | "close_all" | "ventilate" | "lock" | "sleep" | "wake" | "stop";
export type BankState = {
  device: string;
  bank: number;
  boot_id: string;
  version: number;
  age_ms: number;
  at: string;
  online: boolean;
  why_offline: string | null;
  simulated: boolean;
  segments: SegmentState[];
  columns: ColumnState[];
  lock_outs: LockOut[];
  guarantee: "fenced" | "acknowledged" | "polled";
  orders: Order[];
  commissioned: boolean;
  start: "at_bank" | "remote";
  /** How long the last full round of readings took, and how long the wire needs at least. */
  cycle_s: number | null;
  cycle_budget_s: number | null;
  received_age_s: number | null;
};
export type ProgramName = "night_closing" | "ventilation";
export type ProgramState = {
  id: string;
  program: ProgramName;
  status: "proposed" | "warning" | "running" | "done" | "cancelled" | "broken";
  /** `null`: the calendar, or the air where there is a reason. */
  proposed_by: Person | null;
  started_by: Person | null;
  at: string;
  warning_ends: string | null;
  why: string | null;
  /** Code of why the room proposes it; a person and the calendar give none. */
  reason?: string | null;
  detail?: Record<string, string | number | boolean | null>;
};
export type RoomState = {
  boot_id: string;
  version: number;
  at: string;
  program: ProgramState | null;
  received_age_s: number | null;
};
export type DeviceState = {
  device: string;
  online: boolean;
  why_offline: string | null;
  at: string;
  received_age_s: number | null;
};
export type Live = {
  link: { alive: boolean; age_s: number | null };
  banks: BankState[];
  devices: DeviceState[];
  room?: RoomState | null;
};

export const VERBS = [
  ...(["open_aisle", "close_all", "ventilate", "park", "stop", "lock", "unlock", "sleep", "wake"] as const),
  ...(["release", "hand_over", "take_over", "lock_out", "lift_lock_out", "propose", "cancel"] as const),
] as const;
export type Verb = (typeof VERBS)[number];
export type RequestStatus =
  | "asked"
  | "unanswered"
  | "armed"
  | "accepted"
  | "refused"
  | "started"
  | "done"
  | "failed"
  | "expired";
export type RequestOrigin = "controller" | "bank_page" | "start_button" | "program";
export type Step = {
  status: RequestStatus;
  code: string | null;
  at: string;
  detail?: Record<string, unknown> | null;
};
export type MotionRequest = {
  id: string;
  verb: Verb;
  /** 0 stands for the whole room. */
  bank: number;
  segment: number | null;
  aisle: number | null;
  column: number | null;
  to: Person | null;
  program: ProgramName | null;
  reason: string | null;
  /** Interlocks that a person at the bank confirmed for this one request. */
  vouched: string[];
  actor: string;
  actor_id: string;
  origin: RequestOrigin;
  purpose: string | null;
  status: RequestStatus;
  code: string | null;
  asked_at: string;
  changed_at: string;
  steps: Step[];
};
/** What the stream tells of a request: where it stands, not how it came there. */
export type RequestStep = Pick<MotionRequest, "id" | "status" | "code" | "changed_at">;

export type TripStep = {
  kind: "faulted" | "reset" | "confirmed";
  at: string;
  actor: Person | null;
  why: string | null;
};
/** A protection that tripped, with its chain of evidence. */
export type Trip = {
  id: string;
  bank: number;
  segment: number;
  code: string;
  raw: string | null;
  at: string;
  status: "open" | "reset" | "confirmed";
  /** What was under way. */
  request: MotionRequest | null;
  /** What every interlock said at that moment. */
  said: Record<string, Check>;
  story: TripStep[];
  /** What was asked of the segment next. */
  after: MotionRequest[];
};
export type HistoryEntry = { at: string } & (
  | { kind: "request"; request: MotionRequest }
  | {
      kind: "trip";
      step: TripStep["kind"];
      segment: number;
      trip_id: string | null;
      code: string;
      raw: string | null;
      actor: Person | null;
    }
  | { kind: "halt"; segment: number; code: string; actor: Person | null }
  | { kind: "program"; program: ProgramState; actor: Person | null }
  | { kind: "device"; device: string; status: "down" | "up"; why: string | null }
);
export type Turn = {
  id: string;
  bank: number;
  segment: number;
  aisle: number;
  user: Person;
  purpose: string | null;
  asked_at: string;
  status: "waiting" | "offered" | "used" | "lapsed" | "withdrawn";
  offered_until: string | null;
};
export type BoxBehind = { code: string; title: string; address: string };
export type LockOutBoxes = {
  bank: number;
  column: number;
  actor: Person;
  since: string;
  reason: string;
  boxes: BoxBehind[];
  box_count: number;
  lent: { box_code: string; person: string }[];
};

export const ALARM_CHANNELS = ["email", "webhook"] as const;
export type AlarmChannel = (typeof ALARM_CHANNELS)[number];
export type AlarmTold = {
  recipient: string;
  channel: AlarmChannel;
  step: "raised" | "again" | "escalated" | "worse" | "better" | "cleared";
  at: string | null;
  /** `null`: not tried yet. */
  ok: boolean | null;
  error: string | null;
  attempts: number;
};
/** By ISA-18.2: NORM is over, RTNUN is gone but unacknowledged, DSUPR is explained by another cause. */
export type AlarmState = "NORM" | "UNACK" | "ACKED" | "RTNUN" | "SHELVED" | "DSUPR" | "OOSRV";
export type AlarmPriority = "high" | "medium" | "low";
/** By whose word nobody is told; `until` is `null` until somebody ends it. */
export type AlarmHold = { by: string; since: string; until: string | null; reason: string };
export type AlarmStep = { step: string; at: string; by: string | null; detail: Record<string, unknown> };
export type Alarm = {
  id: string;
  kind: string;
  room: string | null;
  subject: string;
  params: Record<string, unknown>;
  priority: AlarmPriority;
  /** When the cause began; the alarm came after its delay. */
  since: string;
  raised_at: string;
  acknowledged: { by: string; at: string; comment: string | null } | null;
  cleared_at: string | null;
  told: AlarmTold[];
  state: AlarmState;
  rule: string | null;
  rule_version: number | null;
  zone: string | null;
  assignee: string | null;
  latched: boolean;
  /** Of a latched one: since when its cause is gone, so that it can be reset. */
  returned_at: string | null;
  shelved: AlarmHold | null;
  out_of_service: AlarmHold | null;
  suppressed_by: {
    by: "cause" | "maintenance";
    kind: string | null;
    alarm_id: string | null;
    gone_at: string | null;
    window: AlarmHold | null;
  } | null;
  history: AlarmStep[];
};
export type AlarmRecipient = {
  id: string;
  name: string;
  channel: AlarmChannel;
  to: string;
  /** Empty: all. */
  kinds: string[];
  language: "zh" | "en";
  last: { at: string; ok: boolean; error: string | null } | null;
};
export type AlarmRecipients = { recipients: AlarmRecipient[]; kinds: string[]; email_ready: boolean };
