/** What /api/v1 says of a logger's file. Plain shapes. */

export type State = "reading" | "ready" | "publishing" | "stopped" | "published" | "cancelled" | "failed";
export type Choices = {
  separator?: string;
  decimal?: string;
  zone?: string;
  date_order?: string;
  header_row?: number;
  columns?: Record<string, string>;
  temperature_unit?: string;
  sensor?: string;
};
export type About = "columns" | "date_order" | "temperature_unit" | "sensor" | "zone";
export type Question = { about: About; options: string[]; example: string };
export type Column = { place: number; heading: string; means: string; unit: string | null };
export type LoggerImport = {
  id: string;
  at: string;
  by: string;
  room: string;
  probe: string;
  name: string;
  size: number;
  state: State;
  doing: string;
  rows_done: number;
  choices: Choices;
  separator: string | null;
  decimal: string | null;
  header_row: number | null;
  columns: Column[];
  zone: string | null;
  zone_by: "site" | "file" | "choice" | null;
  date_order: string | null;
  temperature_unit: string | null;
  sensors: string[];
  questions: Question[];
  rows: number;
  moments: number;
  first: string | null;
  last: string | null;
  interval_s: number | null;
  values: { quantity: string; count: number; lowest: number; highest: number }[];
  problem_counts: Record<string, number>;
  problems: { row: number; column: string; code: string; value: string }[];
  new: number | null;
  /** Here already; with the new ones all moments of the file. */
  already: number | null;
  failure: { code: string; params: Record<string, string | number> } | null;
  same_as: string | null;
};
