/** How people call zones, probes and units, from what the controller says of rooms and limits. */

import { useQueries, useQuery } from "@tanstack/react-query";
import type { AlarmNames } from "../alarms/words";
import { keys } from "../api/queries";
import { call, path } from "../api/client";
import { languageNow } from "../i18n/format";
import { useMay } from "../people/may";
import { useRoomNames } from "../room/useRoomNames";
import type { Limits, NamedZone, RoomUnits } from "./types";

type Named = { id: string; name: { zh: string; en: string } };

/** All limits, and which zone of which room keeps which. */
export const useLimits = () =>
  useQuery({
    queryKey: ["limits"],
    queryFn: () => call<Limits>("GET", "/climate/limits"),
    enabled: useMay()("climate.read"),
    staleTime: 60_000,
  });

/** The units of a room and why each runs or rests. */
export const unitsQuery = (room: string) => ({
  queryKey: ["units", room],
  queryFn: () => call<RoomUnits>("GET", path("rooms", room, "units")),
});

/** The zones of a room, or of all rooms. */
export function useZones(room?: string): NamedZone[] {
  const zones = useLimits().data?.zones ?? [];
  return room === undefined ? zones : zones.filter((one) => one.room === room);
}

/** Name rooms, zones and devices of the air; what is unknown keeps its code. */
export function useAirNames(rooms: readonly string[]): AlarmNames {
  const may = useMay()("climate.read");
  const room = useRoomNames();
  const zones = useZones();
  const named = useQueries({ queries: rooms.flatMap((one) => [probesQuery(one, may), { ...unitsQuery(one), enabled: may, retry: false }]) });
  const devices = new Map<string, Named["name"]>();
  rooms.forEach((code, index) => {
    const probes = (named[index * 2]?.data as { probes?: Named[] } | undefined)?.probes ?? [];
    const units = (named[index * 2 + 1]?.data as RoomUnits | undefined)?.units ?? [];
    for (const one of [...probes, ...units]) if (one.name) devices.set(`${code}/${one.id}`, one.name);
  });
  return {
    room,
    zone: (code, zone) => zones.find((one) => one.room === code && one.zone === zone)?.name[languageNow()] ?? zone,
    device: (code, device) => devices.get(`${code}/${device}`)?.[languageNow()] ?? device,
  };
}

/** Names only, so it need not be fresh: what the climate page holds serves as well. */
const probesQuery = (room: string, enabled: boolean) => ({
  queryKey: [...keys.climate(room), "names"],
  queryFn: () => call<{ probes: Named[] }>("GET", path("rooms", room, "climate")),
  enabled,
  staleTime: Infinity,
});
