/** How good the alarms of a period are: each figure beside what it should be. Pure. */

import type { AlarmPriority } from "../api/types";

export type Target = {
  figure: string;
  most: number | null;
  about: Record<AlarmPriority, number> | null;
  source: string;
  confirmed: boolean;
};
export type BadActor = {
  kind: string;
  room: string;
  zone: string | null;
  subject: string;
  count: number;
  share_pct: number;
  chatters: boolean;
};
export type ZoneLoad = { room: string; zone: string | null; count: number; per_month: number; standing_pct: number };
export type AlarmLoad = {
  from: string;
  to: string;
  room: string | null;
  alarms: number;
  kept_back: number;
  per_hour: number;
  per_day: number;
  most_in_10_min: number;
  flood_pct: number;
  worst: BadActor[];
  worst_share_pct: number | null;
  chattering: number;
  stale: string[];
  standing_pct: number;
  priorities: Record<AlarmPriority, number>;
  noted: number;
  mean_to_note_s: number | null;
  nuisance_pct: number | null;
  unauthorised: number;
  zones: ZoneLoad[];
  targets: Target[];
};

export const FIGURES = [
  ...(["per_day", "per_hour", "most_in_10_min", "flood_pct", "worst_share_pct", "chattering"] as const),
  ...(["stale", "unauthorised", "standing_pct", "nuisance_pct"] as const),
] as const;
export type Figure = (typeof FIGURES)[number];
/** `plain`: nobody says what it should be. `nothing`: nothing to measure, as where ten sources are all there are. */
export type Verdict = "met" | "missed" | "plain" | "nothing";
export type FigureRow = { figure: Figure; value: number | null; target: Target | null; verdict: Verdict };

/** Every figure with its target and whether it keeps it. */
export function figureRows(load: AlarmLoad): FigureRow[] {
  return FIGURES.map((figure) => {
    const value = figure === "stale" ? load.stale.length : load[figure];
    const target = load.targets.find((one) => one.figure === figure) ?? null;
    const saysNothing = figure === "worst_share_pct" && value === 100;
    return { figure, value, target, verdict: saysNothing ? "nothing" : verdictOf(value, target?.most ?? null) };
  });
}

function verdictOf(value: number | null, most: number | null): Verdict {
  if (value === null) return "nothing";
  if (most === null) return "plain";
  return value <= most ? "met" : "missed";
}

/** A figure as people read it: shares with their sign, rates with the digits that matter. */
export function figureText(figure: Figure, value: number | null): string {
  if (value === null) return "–";
  if (figure.endsWith("_pct")) return `${value.toFixed(1)} %`;
  if (figure === "per_day" || figure === "per_hour") return value.toFixed(value < 10 ? 2 : 1);
  return String(value);
}

export const PRIORITIES = ["high", "medium", "low"] as const;

/** The share of each priority in percent, and what it should be about. */
export function priorityMix({ priorities, targets }: Pick<AlarmLoad, "priorities" | "targets">) {
  const all = PRIORITIES.reduce((sum, one) => sum + (priorities[one] ?? 0), 0);
  const target = targets.find((one) => one.figure === "priorities") ?? null;
  return PRIORITIES.map((priority) => ({
    priority,
    count: priorities[priority] ?? 0,
    share_pct: all === 0 ? null : (100 * (priorities[priority] ?? 0)) / all,
    about_pct: target?.about?.[priority] ?? null,
  }));
}
