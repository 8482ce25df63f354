/** Keeps the page in step with the room: one stream, and what it tells goes into the query cache. */

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { keys, type StampedLive } from "../api/queries";
import { tagKeys } from "../api/tagQueries";
import type {
  AntennaRef,
  BankState,
  Bench,
  DeviceState,
  MotionRequest,
  Pairing,
  PairingShelf,
  ReaderNow,
  RequestStep,
  RoomState,
} from "../api/types";
import { withBank, withDevice, withLink, withReader, withRequest, withRoom, withShelf } from "./patch";
import { type Kind, openStream, type StreamState } from "./stream";

const State = createContext<StreamState>("connecting");

export const useStreamState = () => useContext(State);

/** Open the stream while somebody who may watch is signed in. */
export function LiveProvider({ enabled, children }: { enabled: boolean; children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>("connecting");
  useEffect(() => {
    if (!enabled) return;
    return openStream("/api/v1/stream", {
      onState: setState,
      onEvent: (kind, body) => take(client, kind, body),
      onReopened: () => void client.invalidateQueries(),
    });
  }, [enabled, client]);
  return <State value={enabled ? state : "open"}>{children}</State>;
}

/** Hand one event to the part of the cache it speaks of. */
export function take(client: QueryClient, kind: Kind, body: unknown): void {
  if (kind === "resync") {
    void client.invalidateQueries();
    return;
  }
  if (body === null || typeof body !== "object") return;
  const room = "room" in body && typeof body.room === "string" ? body.room : undefined;
  switch (kind) {
    case "bank":
      return patchLive(client, room, (live) => withBank(live, body as BankState, Date.now()));
    case "room":
      return patchLive(client, room, (live) => withRoom(live, body as RoomState));
    case "trip":
      return askAgain(client, "trips", "history");
    case "turn":
      return askAgain(client, "turns");
    case "alarm":
      return askAgain(client, "alarms");
    case "device":
      return patchLive(client, room, (live) => withDevice(live, body as DeviceState));
    case "door":
      return askAgain(client, "doors");
    case "link":
      void client.invalidateQueries({ queryKey: keys.rooms });
      askAgain(client, "doors");
      return patchLive(client, room, (live) =>
        withLink(live, body as { alive: boolean }, Date.now()),
      );
    case "request":
      return takeRequest(client, body as RequestStep);
    case "item":
      return takeItem(client);
    case "climate":
      return askAgain(client, "climate");
    case "unit":
    case "unit_decision":
    case "air_contact":
      return askAgain(client, "units");
    case "reader":
      return takeReader(client, room, body as ReaderNow);
    case "bench":
      return takeBench(client, body as AntennaRef & Bench);
    case "passage":
      return askAgain(client, "passages", "alarms");
    case "tag":
      return askAgain(client, "tag", "bench", "box", "file", "lists");
    case "unknown_tag":
      return askAgain(client, "lists");
    case "pairing":
      return takeShelf(client, body as PairingStep);
  }
}

function patchLive(
  client: QueryClient,
  room: string | undefined,
  patch: (live: StampedLive) => StampedLive,
): void {
  const filter = { queryKey: room === undefined ? ["live"] : keys.live(room) };
  client.setQueriesData<StampedLive>(filter, (live) => live && patch(live));
}

/** A reader's row takes its newest word; one the page does not hold yet is asked for. */
function takeReader(client: QueryClient, room: string | undefined, reader: ReaderNow): void {
  if (room === undefined || !reader.id) return askAgain(client, "readers");
  client.setQueriesData<{ readers: ReaderNow[] }>(
    { queryKey: tagKeys.readers(room) },
    (list) => list && { readers: withReader(list.readers, reader) },
  );
}

/** What lies before an antenna, where somebody looks at it. */
function takeBench(client: QueryClient, { at, tags, ...where }: AntennaRef & Bench): void {
  if (!where.room || !where.reader || !Array.isArray(tags)) return askAgain(client, "bench");
  const known = client.getQueryState(tagKeys.bench(where)) !== undefined;
  if (known) client.setQueryData<Bench>(tagKeys.bench(where), { at, tags });
}

/** `shelf` is the one that went on; without it the whole list began or was closed. */
type PairingStep = { id?: string; shelf?: PairingShelf };

/** A shelf that went on goes into its row; a list has too many to ask for all of them again. */
function takeShelf(client: QueryClient, { id, shelf }: PairingStep): void {
  askAgain(client, "pairings");
  if (id === undefined || !shelf?.address) return askAgain(client, "pairing");
  client.setQueryData<Pairing>(tagKeys.pairing(id), (list) => list && withShelf(list, shelf));
  void client.invalidateQueries({ queryKey: tagKeys.shelf(id, shelf.address) });
}

function takeRequest(client: QueryClient, step: RequestStep): void {
  client.setQueryData<RequestStep>(["request", step.id], step);
  client.setQueriesData<{ requests: MotionRequest[] }>(
    { queryKey: ["requests"] },
    (list) => list && { requests: withRequest(list.requests, step) },
  );
  askAgain(client, "requests", "history", "trips");
}

/** A box or file is elsewhere now: everything that says where things are is asked again. */
function takeItem(client: QueryClient): void {
  askAgain(client, "box", "movements", "search", "face", "checkouts", "occupancy", "lock-outs");
  askAgain(client, "file", "lists", "tag", "bench");
}

function askAgain(client: QueryClient, ...of: string[]): void {
  for (const key of of) void client.invalidateQueries({ queryKey: [key] });
}
