/** What /api/v1 says of the book of the air. Plain shapes. */

import type { Words } from "../api/types";

export type Slot = "morning" | "afternoon";
export type Note = {
  temperature_c: number | null;
  humidity_pct: number | null;
  by: "probe" | "hand";
  instrument: string;
  noted_by: string;
  noted_at: string;
  reason: string;
};
export type Cell = {
  zone: string;
  name: Words;
  state: "noted" | "proposed" | "missed" | "to_come";
  temperature_c: number | null;
  humidity_pct: number | null;
  by: "probe" | "hand" | null;
  instrument: string | null;
  note: Note | null;
  replaced: Note[];
};
export type Entry = {
  slot: Slot;
  due_at: string;
  inside: Cell[];
  outside: Cell[];
  signed_by: string | null;
  signed_at: string | null;
};
export type Day = { date: string; entries: Entry[] };
export type Book = { month: string; morning: string; afternoon: string; days: Day[]; missed: number; unsigned: number };
export type At = { date: string; slot: Slot };
