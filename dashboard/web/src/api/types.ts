/** What /api/v1 answers, as plain shapes. Codes stay codes; words live in i18n. */

import type { ProfileNow, ZoneNow } from "../climate/types";
import type { ItemTag, LastSeen } from "./tags";

export * from "./steel";
export * from "./tags";

export type Words = { zh: string; en: string };
export type PlaceKind = "home" | "shelf" | "desk" | "transit" | "person" | "unknown";
export type Place = {
  kind: PlaceKind;
  address: string | null;
  person: string | null;
  since: string | null;
  /** How sure it is, and which reader or person says so; absent where nobody keeps it. */
  confidence?: number | null;
  by?: string | null;
  /** Since it was last confirmed. */
  age_s?: number | null;
};
export type ItemState = "in_place" | "misplaced" | "desk" | "transit" | "lent" | "unknown";

export const POSTS = [
  "archivist",
  "facility_manager",
  "cart_operator",
  "system_admin",
  "security_admin",
  "auditor",
] as const;
export type Post = (typeof POSTS)[number];
export type Account = { name: string; password: string; post: Post };

export type Session = {
  user: { id: string; name: string; post: Post; permissions: string[]; language: string | null } | null;
  setup_needed: boolean;
  /** Absent from a controller older than this page. */
  site?: { name: Words; time_zone: string };
  demo: { accounts: Account[] } | null;
};
export type User = { id: string; name: string; post: Post; disabled?: boolean; disabled_at?: string | null };

export type Dwelling = { code: string; address: string };
export type Household = { code: string; head: string; address: string | null };
export type Hit = {
  kind: "file" | "box";
  code: string;
  title: string;
  box_code: string;
  household: Household | null;
  dwelling: Dwelling | null;
  masked_id: string | null;
  matched: "code" | "name" | "id_number" | "address" | "household" | "pinyin" | "title";
  home: string | null;
  place: Place;
  state: ItemState;
};
export type SearchAnswer = { query: string; hits: Hit[]; more: boolean; took_ms: number };

export type FileInBox = {
  code: string;
  title: string;
  pages: number | null;
  household: Household | null;
  dwelling: Dwelling | null;
  masked_id: string | null;
  place: Place;
  state: ItemState;
  last_seen: LastSeen | null;
};
export type Box = {
  code: string;
  title: string;
  epc: string | null;
  thickness_mm: number;
  home: { address: string; order_mm: number; position: number | null } | null;
  place: Place;
  state: ItemState;
  last_seen: LastSeen | null;
  /** Now and before; absent from a controller older than this page. */
  tags?: ItemTag[];
  files: FileInBox[];
  /** The column it stands in must not move, in somebody's name. */
  locked_out?: { bank: number; column: number; actor: string; since: string; reason: string } | null;
};
/** One file on a page of its own. */
export type FileFacts = FileInBox & {
  box_code: string;
  home: Box["home"];
  tags?: ItemTag[];
};
export type Movement = {
  id: string | number;
  at: string;
  from: Place;
  to: Place;
  cause: "reader" | "person" | "import";
  by: string | null;
  confidence: number | null;
  item: string;
};
/** From then on a box belonged on another shelf; `list` names the import that said so. */
export type HomeChange = {
  id: number;
  at: string;
  from: string | null;
  to: string | null;
  by: string;
  import_id: string | null;
  list: string | null;
};
export type Checkout = {
  id: string;
  kind: "box" | "file";
  code: string;
  box_code: string;
  person: string;
  purpose: string;
  handed_at: string;
};

export type FaceName = "L" | "R";
export type Counting = {
  sections_from: "mouth" | "back";
  shelves_from: "top" | "bottom";
  left_face_towards: "lower_columns" | "higher_columns";
};
export type AisleRef = { segment: number; aisle: number };
export type FacePlan = {
  column: number;
  face: FaceName;
  sections: number;
  shelves: number;
  shelf_length_mm: number;
  aisle: AisleRef | null;
};
export type BankPlan = {
  bank: number;
  name: Words;
  at_mm: { x: number; y: number };
  columns: number;
  fixed: number[];
  column_width_mm: number;
  column_depth_mm: number;
  aisle_mm: number;
  mouth: "above" | "below";
  width_mm: number;
  segments: {
    segment: number;
    first: number;
    last: number;
    aisles: { aisle: number; faces: { column: number; face: FaceName }[] }[];
  }[];
  faces: FacePlan[];
};
export type Plan = {
  room: string;
  name: Words;
  size_mm: { x: number; y: number };
  counting: Counting;
  start: "at_bank" | "remote";
  banks: BankPlan[];
  probes: { id: string; name: Words; plan_mm: { x: number; y: number } }[];
};
export type RoomEntry = {
  room: string;
  name: Words;
  alive: boolean;
  status_age_s: number | null;
  start: "at_bank" | "remote";
};

export type Occupancy = {
  columns: { bank: number; column: number; boxes: number; used_mm: number; length_mm: number }[];
};
export type BoxOnShelf = {
  code: string;
  title: string;
  order_mm: number;
  thickness_mm: number;
  state: ItemState;
};
export type FaceContent = {
  address: string;
  shelves: { section: number; shelf: number; length_mm: number; boxes: BoxOnShelf[] }[];
};

export type Judgement = "ok" | "low" | "high" | "suspect" | "stale" | "none";
export type ProbeNow = {
  id: string;
  name: Words;
  temperature_c: number | null;
  humidity_pct: number | null;
  at: string | null;
  age_s: number | null;
  /** When this page took the value to have been measured, so that its age goes on counting. */
  since_ms: number | null;
  online: boolean;
  /** The graver of the two that follow. */
  judgement: Judgement;
  temperature_judgement: Judgement;
  humidity_judgement: Judgement;
  zone: string;
  /** Every quantity it told; `suspect` says why a value is not believed. */
  values: Record<string, { value: number; suspect: string | null }>;
};
export type ClimateNow = { profile: ProfileNow | null; zones: ZoneNow[]; probes: ProbeNow[] };

export type BadRow = { row: number; field: string | null; code: string; value: string | null };
export type ImportKind = "boxes" | "files";
export type ImportReport = {
  kind: ImportKind;
  rows: number;
  good: number;
  fresh: number;
  changed: number;
  same: number;
  bad: BadRow[];
  applied: boolean;
};
export type PastImport = {
  id: string;
  kind: ImportKind;
  name: string;
  state: "staging" | "publishing" | "updating" | "done" | "rejected" | "failed";
  by: string;
  at: string;
  rows: number;
  good: number;
  bad: number;
  fresh: number;
  changed: number;
  same: number;
};
export type AuditEntry = {
  seq: number;
  at: string;
  actor: string;
  actor_name: string | null;
  action: string;
  subject: string;
  subject_name: string | null;
  outcome: string;
  detail: Record<string, unknown> | null;
};
export type AuditVerdict = {
  whole: boolean;
  entries: number;
  broken_seq: number | null;
  why: string | null;
};
