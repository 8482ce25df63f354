/** What /api/v1 says of the air of a room and of its past. Plain shapes. */

import type { Bounds } from "../air/types";
import type { Judgement, Words } from "../api/types";

export type ProfileNow = {
  id: string;
  version: number;
  name: Words;
  limits: {
    temperature_c: Bounds | null;
    humidity_pct: Bounds | null;
    others: Record<string, Bounds>;
  };
  text: Words;
  source: string[];
  verified: boolean;
};
export type ZoneKind = "room" | "closed_block" | "outside";
export type ZoneNow = {
  zone: string;
  name: Words;
  kind: ZoneKind;
  covers: string[];
  profile: ProfileNow | null;
  now: {
    temperature_c: number | null;
    humidity_pct: number | null;
    dew_point_c: number | null;
    ah_g_m3: number | null;
    judgement: Judgement;
    at: string | null;
    age_s: number | null;
    probes_used: number;
  };
};
/** Seconds since 1970 at which it begins, mean, lowest, highest. */
export type BandPoint = [number, number, number, number];
export type Gap = [number, number];
/** Seconds since 1970, and a value. */
export type Curve = [number, number][];
export type Series = {
  step: "raw" | "hour" | "day";
  quantities: Record<string, BandPoint[]>;
  gaps: Gap[];
  /** Moments, and the humidity above which mould can grow in the warmth of then; only where asked for. */
  mould_limit: Curve | null;
};

export type Extremes = { mean: number | null; least: number | null; most: number | null };
export type Rating = "good" | "ok" | "risk";
export type Mould = {
  mrf: number;
  mrf_warning: number;
  mrf_critical: number;
  vtt: Record<string, number>;
  vtt_most: Record<string, number>;
};
export type Summary = {
  start: string;
  end: string;
  coverage_pct: number;
  temperature_c: Extremes;
  humidity_pct: Extremes;
  absolute_g_m3: number | null;
  dew_point_c: number | null;
  twpi_y: number | null;
  pi_mean_y: number | null;
  rating: Rating | null;
  elm: number | null;
  emc_pct: number | null;
  emc_rating: { mechanical: Rating; corrosion: Rating } | null;
  shares: { both: number | null; temperature: number | null; humidity: number | null };
  swing: Record<string, { limit: number; days: number; half_range_pct: number | null; range_pct: number | null }>;
  mould: Mould | null;
  band: {
    low_pct: number;
    high_pct: number;
    least_pct: number;
    most_pct: number;
    coverage_pct: number;
    is_whole_year: boolean;
  } | null;
  sources: string[];
};
export type Metrics = Summary & {
  probes: string[];
  limits: { id: string; version: number; name: Words; text: Words; source: string[]; verified: boolean } | null;
};
export type Exposure = Summary & {
  unknown_pct: number;
  spans: {
    start: string;
    end: string;
    place: string;
    address: string | null;
    room: string | null;
    zone: string | null;
    zone_name: Words | null;
    /** Before a list first named it; taken to have stood where that list said. */
    assumed: boolean;
  }[];
};
