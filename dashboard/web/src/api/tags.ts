/** What /api/v1 says of readers, tags, doors, lists and the work with them. Plain shapes. */

import type { FaceName, ItemState, Place } from "./types";

export type ItemKind = "box" | "file";
export type ItemRef = { kind: ItemKind; code: string };
export type TagItem = ItemRef & {
  box_code: string;
  title: string;
  /** The shelf where it belongs; of a file, that of its box. */
  home: string | null;
  state: ItemState;
  place: Place;
};
/** A shelf that bears a tag; its code is its address. */
export type ShelfItem = { kind: "shelf"; code: string };
/** What a tag can be on. */
export type Bearer = TagItem | ShelfItem;
/** What the number means by a public scheme; only for show, the hex stays what counts. */
export type TagScheme = { name: string; uri: string | null };

export type AntennaNow = {
  antenna: number;
  /** `desk`, `door` (`door-2` ...), or the beginning of a shelf address. */
  covers: string;
  side: "inside" | "outside" | null;
  /** `null`, here and below: the reader does not say. */
  connected: boolean | null;
  reads_per_s: number;
  tags: number;
  noise_dbm: number | null;
  return_loss_db: number | null;
  /** Since its last dwell ended; `null`: never yet. */
  cycle_age_ms: number | null;
};
export type ReaderNow = {
  id: string;
  driver: string;
  online: boolean;
  /** In the words of the driver, for a technician. */
  why_offline: string | null;
  /** What kind of failure it is: `not_reached`, `no_reply`, `region` ... */
  offline_code: string | null;
  /** Where it is: `host:port`, or the path of a serial line. */
  address: string;
  /** When the room said all this. */
  at: string | null;
  /** When it last answered; `null`: not since the room computer began. */
  heard_at: string | null;
  model: string | null;
  firmware: string | null;
  region: string | null;
  /** Its channels are known from makers' manuals only. */
  region_unconfirmed: boolean;
  temperature_c: number | null;
  reads_per_s: number;
  /** Since it was connected: frames nobody could read, and bytes that were in none. */
  garbled: number;
  skipped_bytes: number;
  repeated: number;
  /** How often its own clock jumped. */
  clock_jumps: number;
  last_error: string | null;
  antennas: AntennaNow[];
};

export type AntennaRef = { room: string; reader: string; antenna: number };
export type BenchTag = {
  epc: string;
  rssi_dbm: number | null;
  reads: number;
  seen_at: string;
  item: Bearer | null;
  tag: "current" | "replaced" | "unknown";
  scheme: TagScheme | null;
};
export type Bench = { at: string | null; tags: BenchTag[] };

export type ItemTag = {
  epc: string;
  since: string;
  by: string | null;
  /** `null`: it is on the item now. */
  until: string | null;
  replaced_by: string | null;
  reason: string | null;
};
/** The time that an item or a shelf bore a tag. */
export type TagPast = Omit<ItemTag, "epc"> & Pick<Bearer, "kind" | "code">;
export type TagFacts = {
  epc: string;
  scheme: TagScheme | null;
  item: Bearer | null;
  since: string | null;
  by: string | null;
  until: string | null;
  replaced_by: string | null;
  history: TagPast[];
};
export type WrittenTag = { epc: string; new_epc: string; verified: boolean; locked: boolean };

/** `can_lock`: the site has set the password that a tag needs to be locked. */
export type Tagging = { can_lock: boolean };

/** What a scanner typed: a label, a number of a tag, a shelf, or nothing known. */
export type Scan = {
  /** `place`: a column, a face or a section, as labels at the ends of columns name them. */
  kind: "box" | "file" | "shelf" | "place" | "tag" | "unknown";
  text: string;
  code: string | null;
  address: string | null;
  epc: string | null;
  item: TagItem | null;
  /** Of a tag: whether its number counts for `item` now, did once, or never did. */
  tag: BenchTag["tag"] | null;
};

export type ItemAsked = { box_code: string } | { file_code: string } | { epc: string };
/** What was asked for; with kind and code once it is known. */
export type ItemTold = { box_code?: string; file_code?: string; epc?: string; kind?: ItemKind; code?: string };
export type ItemResult = {
  item: ItemTold;
  ok: boolean;
  code: string | null;
  place: Place | null;
  state: ItemState | null;
  home: string | null;
  /** Whose loan ended by it. */
  lent_to: string | null;
};
export type Results = { results: ItemResult[] };

export type ShelfChecked = {
  shelf: string;
  right: TagItem[];
  misplaced_here: TagItem[];
  missing: TagItem[];
  /** Belongs here and is known to be elsewhere. */
  away: TagItem[];
  /** What was scanned and belongs to nothing. */
  unknown: string[];
};

export type PairingShelf = {
  address: string;
  status: "open" | "started" | "done";
  boxes: number;
  paired: number;
  /** Who has it in hand, and since when. */
  by: string | null;
  since: string | null;
};
/** A shelf in hand: its paired boxes in the order in which they were scanned. */
export type ShelfWork = {
  address: string;
  status: PairingShelf["status"];
  boxes: { box_code: string; epc: string; by: string; at: string }[];
  missing: string[];
  /** Whose loan ended because the box stands here. */
  lent_to: string | null;
};
export type PairingHead = {
  id: string;
  room: string;
  scope: { bank: number | null; column: number | null; face: FaceName | null };
  by: string;
  at: string;
  done: boolean;
  total_shelves: number;
  shelves_done: number;
  boxes_paired: number;
  boxes_total: number;
};
export type Pairing = PairingHead & { shelves: PairingShelf[] };

export type AislePlaceRef = { bank: number; segment: number; aisle: number };
export type LastSeen = {
  by: string;
  by_kind?: "reader" | "person";
  zone: string;
  at: string;
  confidence: number | null;
};
/** A box or file that is not where it belongs, or nobody knows where; `aisle` leads to it. */
export type Astray = ItemRef & {
  box_code: string;
  title: string;
  home: string | null;
  place: string | null;
  since: string;
  by: string | null;
  confidence: number | null;
  last_seen: LastSeen | null;
  room: string | null;
  aisle: AislePlaceRef | null;
};
export type AstrayList = { boxes: Astray[]; more: boolean };
export type UnknownTag = {
  epc: string;
  room: string;
  zone: string;
  reader: string;
  first_at: string;
  last_at: string;
  /** It is heard no more. */
  gone: boolean;
  scheme: TagScheme | null;
  was: Bearer | null;
  aisle: AislePlaceRef | null;
};
export type UnknownTagList = { tags: UnknownTag[]; more: boolean };

export type PassageRead = {
  antenna: number;
  side: "inside" | "outside" | null;
  at: string;
  rssi_dbm: number | null;
  count: number;
};
/** A door of the room file, and its sounder as far as the room says. */
export type DoorNow = {
  door: string;
  name: { zh: string; en: string };
  has_sounder: boolean;
  /** `null`: the room is silent, so nobody knows. */
  sounding: boolean | null;
  /** `false`: it did not switch when it was told to. */
  obeys: boolean | null;
  silenced: { by: { id: string; name: string }; at: string } | null;
};
/** By its code alone for whoever may not read boxes. */
export type PassageItem = ItemRef & Partial<Omit<TagItem, keyof ItemRef>>;
export type Passage = {
  id: string;
  at: string;
  door: string;
  direction: "out" | "in" | "unsure";
  confidence: number;
  epc: string;
  item: PassageItem | null;
  known: boolean;
  allowed: boolean;
  alarmed: boolean;
  loans_age_s: number | null;
  reads: PassageRead[];
};

export const LABEL_KINDS = ["box", "file", "shelf", "column_end"] as const;
export type LabelKind = (typeof LABEL_KINDS)[number];
export const LABEL_SIZES = ["60x40", "100x50", "a4-sheet"] as const;
export const DPIS = [203, 300] as const;
export type Dpi = (typeof DPIS)[number];
export type LabelOrder = {
  kind: LabelKind;
  items?: string[];
  scope?: { room: string; bank?: number; column?: number; face?: FaceName };
  format: "pdf" | "zpl";
  size: string;
  /** Of a label printer: dots per inch. */
  dpi?: Dpi;
  /** Places of the first sheet that are used already. */
  skip?: number;
  language: "zh" | "en";
};
