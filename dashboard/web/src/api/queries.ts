/** The reading side: one hook per resource, one key per resource. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { setSiteZone } from "../i18n/zone";
import { call, path, query } from "./client";
import type {
  AuditEntry,
  Box,
  Checkout,
  ClimateNow,
  FaceContent,
  FaceName,
  FileFacts,
  Live,
  HomeChange,
  Movement,
  Occupancy,
  PastImport,
  Plan,
  RoomEntry,
  SearchAnswer,
  Session,
  User,
} from "./types";

export const keys = {
  session: ["session"] as const,
  rooms: ["rooms"] as const,
  plan: (room: string) => ["plan", room] as const,
  live: (room: string) => ["live", room] as const,
  occupancy: (room: string) => ["occupancy", room] as const,
  face: (room: string, bank: number, column: number, face: FaceName) =>
    ["face", room, bank, column, face] as const,
  search: (text: string) => ["search", text] as const,
  box: (code: string) => ["box", code] as const,
  movements: (code: string) => ["movements", code] as const,
  checkouts: ["checkouts"] as const,
  requests: (room: string) => ["requests", room] as const,
  climate: (room: string) => ["climate", room] as const,
};

export const useSession = () =>
  useQuery({
    queryKey: keys.session,
    queryFn: readSession,
    staleTime: 60_000,
    refetchInterval: (query) => (query.state.status === "error" ? 5_000 : false),
  });

/** Read who is signed in, and take the time zone of the site before anything is shown. */
async function readSession(): Promise<Session> {
  const session = await call<Session>("GET", "/session");
  if (session.site) setSiteZone(session.site.time_zone);
  return session;
}

export const useRooms = (enabled = true) =>
  useQuery({
    queryKey: keys.rooms,
    queryFn: () => call<{ rooms: RoomEntry[] }>("GET", "/rooms"),
    enabled,
    refetchInterval: 15_000,
  });

export const usePlan = (room: string | undefined) =>
  useQuery({
    queryKey: keys.plan(room ?? ""),
    queryFn: () => call<Plan>("GET", `${path("rooms", room ?? "")}/plan`),
    enabled: room !== undefined,
    staleTime: Infinity,
  });

/** The live state. Events patch it; asking again now and then keeps the ages honest. */
export const useLive = (room: string | undefined) =>
  useQuery({
    queryKey: keys.live(room ?? ""),
    queryFn: async () => stamped(await call<Live>("GET", `${path("rooms", room ?? "")}/live`)),
    enabled: room !== undefined,
    refetchInterval: 5_000,
  });

/** A live answer with the moment it came, so that ages go on counting. */
export type StampedLive = Live & { at_ms: Record<number, number>; link_at_ms: number };

export function stamped(live: Live): StampedLive {
  const now = Date.now();
  const heard = live.banks.map((bank) => [bank.bank, now - (bank.received_age_s ?? 1e9) * 1000]);
  return {
    ...live,
    at_ms: Object.fromEntries(heard),
    link_at_ms: live.link.age_s === null ? 0 : now - live.link.age_s * 1000,
  };
}

export const useOccupancy = (room: string | undefined) =>
  useQuery({
    queryKey: keys.occupancy(room ?? ""),
    queryFn: () => call<Occupancy>("GET", `${path("rooms", room ?? "")}/occupancy`),
    enabled: room !== undefined,
    staleTime: 60_000,
  });

export type FaceRef = { room: string; bank: number; column: number; face: FaceName };

/** What to ask for a face; also used to fetch one ahead, while its box is still on the way. */
export const faceQuery = (at: FaceRef) => ({
  queryKey: keys.face(at.room, at.bank, at.column, at.face),
  queryFn: () =>
    call<FaceContent>(
      "GET",
      path("rooms", at.room, "banks", at.bank, "columns", at.column, "faces", at.face),
    ),
  staleTime: 30_000,
});

export const useFace = (at: FaceRef) => useQuery(faceQuery(at));

export const useSearch = (text: string) =>
  useQuery({
    queryKey: keys.search(text),
    queryFn: ({ signal }) =>
      call<SearchAnswer>("GET", `/search${query({ q: text, limit: 20 })}`, { signal }),
    enabled: text !== "",
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    gcTime: 60_000,
  });

export const useBox = (code: string | null) =>
  useQuery({
    queryKey: keys.box(code ?? ""),
    queryFn: () => call<Box>("GET", path("boxes", code ?? "")),
    enabled: code !== null,
  });

export const useFile = (code: string | null) =>
  useQuery({
    queryKey: ["file", code],
    queryFn: () => call<FileFacts>("GET", path("files", code ?? "")),
    enabled: code !== null,
  });

export const useMovements = (code: string) =>
  useQuery({
    queryKey: keys.movements(code),
    queryFn: () =>
      call<{ movements: Movement[] }>("GET", `${path("boxes", code)}/movements${query({ limit: 100 })}`),
  });

/** Under the key of the movements: what refreshes them refreshes these. */
export const useHomes = (code: string) =>
  useQuery({
    queryKey: [...keys.movements(code), "homes"],
    queryFn: () => call<{ homes: HomeChange[] }>("GET", `${path("boxes", code)}/homes${query({ limit: 100 })}`),
  });

export const useCheckouts = (enabled: boolean) =>
  useQuery({
    queryKey: keys.checkouts,
    queryFn: () => call<{ checkouts: Checkout[] }>("GET", "/checkouts?open=true"),
    enabled,
  });

function dated(climate: ClimateNow): ClimateNow {
  const now = Date.now();
  const since = (age_s: number | null) => (age_s === null ? null : now - age_s * 1000);
  return { ...climate, probes: climate.probes.map((one) => ({ ...one, since_ms: since(one.age_s) })) };
}

export const useClimate = (room: string | undefined) =>
  useQuery({
    queryKey: keys.climate(room ?? ""),
    queryFn: async () => dated(await call<ClimateNow>("GET", `${path("rooms", room ?? "")}/climate`)),
    enabled: room !== undefined,
    refetchInterval: 15_000,
  });

export const useUsers = () =>
  useQuery({ queryKey: ["users"], queryFn: () => call<{ users: User[] }>("GET", "/users") });

export const useImports = () =>
  useQuery({
    queryKey: ["imports"],
    queryFn: () => call<{ imports: PastImport[] }>("GET", "/imports"),
  });

export const readAudit = (before: number | undefined) =>
  call<{ entries: AuditEntry[]; more: boolean }>("GET", `/audit${query({ before, limit: 50 })}`);
