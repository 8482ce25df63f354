/** The reading side of readers, tags, doors and lists; and what a scanner typed. */

import { useQuery } from "@tanstack/react-query";
import { clipped } from "../scan/shown";
import { call, path, query } from "./client";
import type {
  AntennaRef,
  AstrayList,
  Bench,
  DoorNow,
  ItemTag,
  Pairing,
  PairingHead,
  Passage,
  ReaderNow,
  Scan,
  ShelfWork,
  TagFacts,
  Tagging,
  UnknownTagList,
} from "./tags";

export const tagKeys = {
  readers: (room: string) => ["readers", room] as const,
  bench: ({ room, reader, antenna }: AntennaRef) => ["bench", room, reader, antenna] as const,
  doors: (room: string) => ["doors", room] as const,
  passages: (room: string) => ["passages", room] as const,
  lists: (room: string, list: string) => ["lists", room, list] as const,
  pairings: (room: string) => ["pairings", room] as const,
  pairing: (id: string) => ["pairing", id] as const,
  shelf: (id: string, address: string) => ["pairing", id, address] as const,
};

/** Everything that shows whose a tag is. */
export const TAG_KEYS = ["bench", "tag", "box", "file", "shelf-tags", "lists"] as const;

const LIST_LIMIT = 200;

export const useReaders = (room: string | undefined) =>
  useQuery({
    queryKey: tagKeys.readers(room ?? ""),
    queryFn: () => call<{ readers: ReaderNow[] }>("GET", path("rooms", room ?? "", "readers")),
    enabled: room !== undefined,
    refetchInterval: 10_000,
  });

const antennaPath = ({ room, reader, antenna }: AntennaRef) =>
  path("rooms", room, "readers", reader, "antennas", antenna);

/** What lies before an antenna. Events patch it; asking again now and then keeps it honest. */
export const useBench = (at: AntennaRef | null) =>
  useQuery({
    queryKey: tagKeys.bench(at ?? { room: "", reader: "", antenna: 0 }),
    queryFn: () => call<Bench>("GET", `${antennaPath(at as AntennaRef)}/tags`),
    enabled: at !== null,
    refetchInterval: 5_000,
  });

/** Ask the room to tell for a minute what lies before an antenna. */
export const watch = (at: AntennaRef) => call<{ until: string }>("POST", `${antennaPath(at)}/watch`);

/** The doors of a room and whether they sound. Events have them asked again. */
export const useDoors = (room: string | undefined) =>
  useQuery({
    queryKey: tagKeys.doors(room ?? ""),
    queryFn: () => call<{ doors: DoorNow[] }>("GET", path("rooms", room ?? "", "doors")),
    enabled: room !== undefined,
    refetchInterval: 15_000,
  });

export const usePassages = (room: string | undefined, limit = 50) =>
  useQuery({
    queryKey: [...tagKeys.passages(room ?? ""), limit],
    queryFn: () =>
      call<{ passages: Passage[] }>("GET", `${path("rooms", room ?? "", "doors", "passages")}${query({ limit })}`),
    enabled: room !== undefined,
    refetchInterval: 30_000,
  });

export const useTag = (epc: string | null) =>
  useQuery({
    queryKey: ["tag", epc],
    queryFn: () => call<TagFacts>("GET", path("tags", epc ?? "")),
    enabled: epc !== null,
  });

/** Whether the site can lock tags; that changes only with a restart of its controller. */
export const useTagging = () =>
  useQuery({ queryKey: ["tagging"], queryFn: () => call<Tagging>("GET", "/tagging"), staleTime: 60_000 });

/** The tags a shelf bears and bore, newest first. */
export const useShelfTags = (address: string | null) =>
  useQuery({
    queryKey: ["shelf-tags", address],
    queryFn: () => call<{ address: string; tags: ItemTag[] }>("GET", path("shelves", address ?? "", "tags")),
    enabled: address !== null,
  });

/** Say what a scanned text means; one that is longer than any name means nothing. */
export async function resolveScan(text: string): Promise<Scan> {
  if (clipped(text) !== text) return { kind: "unknown", text, code: null, address: null, epc: null, item: null, tag: null };
  return call<Scan>("GET", `/scan${query({ text })}`);
}

const listOf = <T>(room: string | undefined, name: string) => ({
  queryKey: tagKeys.lists(room ?? "", name),
  queryFn: () => call<T>("GET", `/lists/${name}${query({ room, limit: LIST_LIMIT })}`),
  enabled: room !== undefined,
  refetchInterval: 30_000,
});

export const useMisplaced = (room: string | undefined) => useQuery(listOf<AstrayList>(room, "misplaced"));

export const useUnplaced = (room: string | undefined) => useQuery(listOf<AstrayList>(room, "unplaced"));

export const useUnknownTags = (room: string | undefined) => useQuery(listOf<UnknownTagList>(room, "unknown-tags"));

export const usePairings = (room: string | undefined) =>
  useQuery({
    queryKey: tagKeys.pairings(room ?? ""),
    queryFn: () => call<{ pairings: PairingHead[] }>("GET", path("rooms", room ?? "", "pairings")),
    enabled: room !== undefined,
    refetchInterval: 30_000,
  });

/** A work list of a whole room weighs much: events patch its shelves, and it is seldom asked for again. */
export const usePairing = (id: string) =>
  useQuery({
    queryKey: tagKeys.pairing(id),
    queryFn: () => call<Pairing>("GET", path("pairings", id)),
    staleTime: 60_000,
    refetchInterval: 300_000,
  });

/** One shelf of a work list: which of its boxes are paired. */
export const useShelfWork = (id: string, address: string) =>
  useQuery({
    queryKey: tagKeys.shelf(id, address),
    queryFn: () => call<ShelfWork>("GET", path("pairings", id, "shelves", address)),
  });
