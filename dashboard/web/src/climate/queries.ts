/** The reading side of the climate: series, figures, calibrations, events. */

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import type { RoomUnits } from "../air/types";
import { call, path, query } from "../api/client";
import type { Alarm } from "../api/types";
import { useMay } from "../people/may";
import type { CalibrationList } from "./calibrations";
import type { Decision } from "./events";
import type { Exposure, Metrics, Series } from "./types";

const iso = (at_s: number) => new Date(at_s * 1000).toISOString();
const MINUTE_MS = 60_000;
const SOON_MS = 5000;
/** So many points are drawn of a line at most: about one for each pixel of a wide screen. */
const POINTS = 1000;
export const MOST_ALARMS = 500;

export type Asked = { room: string; probes: string[]; quantities: string[]; withMould: boolean; from_s: number; to_s: number };

/** The series of several probes; what was shown stays until all of the next are there. */
export function useSeriesOf({ room, probes, quantities, withMould, from_s, to_s }: Asked, isLatest: boolean) {
  return useQueries({
    queries: probes.map((probe) => ({
      queryKey: ["series", room, probe, quantities, withMould, from_s, to_s],
      queryFn: () => {
        const asked = query({ probe, from: iso(from_s), to: iso(to_s), points: POINTS, mould_limit: withMould });
        const named = quantities.map((one) => `&quantity=${encodeURIComponent(one)}`).join("");
        return call<Series>("GET", `${path("rooms", room)}/climate/series${asked}${named}`);
      },
      refetchInterval: ({ state: { data } }: { state: { data: Series | undefined } }) => isLatest && (hasValues(data) ? MINUTE_MS : SOON_MS),
      placeholderData: keepPreviousData,
    })),
  });
}

/** A room that has just begun has its first reading within seconds. */
const hasValues = (series: Series | undefined) => Object.values(series?.quantities ?? {}).some((bands) => bands.length > 0);

export type FiguresOf = { room: string; zone?: string; probe?: string; from_s: number; to_s: number };

/** The figures of a zone or probe over a period. */
export const useMetrics = ({ room, zone, probe, from_s, to_s }: FiguresOf) =>
  useQuery({
    queryKey: ["metrics", room, zone, probe, from_s, to_s],
    queryFn: () =>
      call<Metrics>("GET", `${path("rooms", room)}/climate/metrics${query({ zone, probe, from: iso(from_s), to: iso(to_s) })}`),
    staleTime: 10 * MINUTE_MS,
    refetchInterval: ({ state: { data } }) => data?.coverage_pct === 0 && MINUTE_MS,
    placeholderData: keepPreviousData,
  });

export const useExposure = (code: string, from_s: number, to_s: number) =>
  useQuery({
    queryKey: ["exposure", code, from_s, to_s],
    queryFn: () => call<Exposure>("GET", `${path("boxes", code)}/exposure${query({ from: iso(from_s), to: iso(to_s) })}`),
    staleTime: 10 * MINUTE_MS,
    placeholderData: keepPreviousData,
  });

export const calibrationsKey = (room: string) => ["calibrations", room] as const;

export const useCalibrations = (room: string) =>
  useQuery({
    queryKey: calibrationsKey(room),
    queryFn: () => call<CalibrationList>("GET", `${path("rooms", room)}/climate/calibrations`),
    staleTime: 5 * MINUTE_MS,
  });

/** Alarms of a room, the newest first, open and over. */
export function useRoomAlarms(room: string) {
  const enabled = useMay()("alarm.read");
  return useQuery({
    queryKey: ["alarms", "all", "climate", room],
    queryFn: () => call<{ alarms: Alarm[] }>("GET", `/alarms${query({ state: "all", room, limit: MOST_ALARMS })}`),
    enabled,
    refetchInterval: MINUTE_MS,
  });
}

/** When each unit of a zone was switched in a period. */
export function useUnitDecisions(room: string, zone: string, from_s: number, to_s: number) {
  const units = useQuery({
    queryKey: ["units", room],
    queryFn: () => call<RoomUnits>("GET", path("rooms", room, "units")),
    staleTime: MINUTE_MS,
  });
  const here = (units.data?.units ?? []).filter((one) => one.zone === zone);
  const asked = query({ from: iso(from_s), to: iso(to_s), limit: 1000 });
  return useQueries({
    queries: here.map((unit) => ({
      queryKey: ["decisions", room, unit.id, from_s, to_s],
      queryFn: () => call<{ decisions: Decision[] }>("GET", `${path("rooms", room, "units", unit.id)}/decisions${asked}`),
      staleTime: MINUTE_MS,
    })),
    combine: (answers) => here.map((unit, index) => ({ unit, decisions: answers[index]?.data?.decisions ?? [] })),
  });
}
