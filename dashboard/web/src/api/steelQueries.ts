/** The reading side of the steel: requests, history, trips, turns, lock-outs, alarms. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, path, query } from "./client";
import { keys } from "./queries";
import type {
  Alarm,
  AlarmRecipients,
  HistoryEntry,
  LockOutBoxes,
  MotionRequest,
  Person,
  RequestStatus,
  Trip,
  Turn,
  Verb,
} from "./types";

const inRoom = (room: string | undefined, ...rest: (string | number)[]) => path("rooms", room ?? "", ...rest);

export type RequestFilter = { bank?: number | undefined; open?: boolean; limit?: number };

export const useRequests = (room: string | undefined, { bank, open, limit = 50 }: RequestFilter = {}) =>
  useQuery({
    queryKey: [...keys.requests(room ?? ""), { bank, open, limit }],
    queryFn: () =>
      call<{ requests: MotionRequest[] }>(
        "GET",
        `${inRoom(room, "requests")}${query({ bank, open: open || undefined, limit })}`,
      ),
    enabled: room !== undefined,
    refetchInterval: 30_000,
  });

export const useTrips = (room: string | undefined, bank: number | undefined) =>
  useQuery({
    queryKey: ["trips", room, bank],
    queryFn: () => call<{ trips: Trip[] }>("GET", `${inRoom(room, "trips")}${query({ bank, limit: 10 })}`),
    enabled: room !== undefined,
    refetchInterval: 60_000,
  });

export const useHistory = (room: string | undefined, bank: number) =>
  useQuery({
    queryKey: ["history", room, bank],
    queryFn: () =>
      call<{ entries: HistoryEntry[] }>("GET", `${inRoom(room, "banks", bank, "history")}${query({ limit: 30 })}`),
    enabled: room !== undefined,
    refetchInterval: 60_000,
  });

export const useTurns = (room: string | undefined, enabled = true) =>
  useQuery({
    queryKey: ["turns", room],
    queryFn: () => call<{ turns: Turn[] }>("GET", inRoom(room, "turns")),
    enabled: enabled && room !== undefined,
    refetchInterval: 15_000,
  });

export const useLockOuts = (room: string | undefined, enabled = true) =>
  useQuery({
    queryKey: ["lock-outs", room],
    queryFn: () => call<{ lock_outs: LockOutBoxes[] }>("GET", inRoom(room, "lock-outs")),
    enabled: enabled && room !== undefined,
    refetchInterval: 60_000,
  });

export const useAlarms = (state: "open" | "all", enabled = true) =>
  useQuery({
    queryKey: ["alarms", state],
    queryFn: () => call<{ alarms: Alarm[] }>("GET", `/alarms${query({ state, limit: 100 })}`),
    enabled,
    refetchInterval: 30_000,
  });

export const useRecipients = (enabled: boolean) =>
  useQuery({
    queryKey: ["alarm-recipients"],
    queryFn: () => call<AlarmRecipients>("GET", "/alarm-recipients"),
    enabled,
  });

/** Those who may be handed an aisle; not oneself. */
export const useColleagues = (enabled: boolean) =>
  useQuery({
    queryKey: ["colleagues"],
    queryFn: () => call<{ people: Person[] }>("GET", "/colleagues"),
    enabled,
    staleTime: 60_000,
  });

/** What is asked of a room; a verb takes what it needs and leaves the rest out. */
export type Wish = {
  verb: Verb;
  bank?: number;
  segment?: number;
  aisle?: number;
  column?: number;
  to_user?: string;
  program?: string;
  reason?: string;
  purpose?: string;
  saw?: { boot_id: string; version: number };
};
export type Told = { id: string; status: RequestStatus; ids: string[] };

/** What a request may have changed is asked again when it is answered, yes or no. */
const TOUCHED = ["requests", "history", "trips", "turns", "lock-outs", "live"];

/** Ask a room for something. A no comes as a Problem with its code. */
export function useWish(room: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: Wish) => call<Told>("POST", inRoom(room, "requests"), { body: wish }),
    onSettled: () => {
      for (const key of TOUCHED) void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

/** Wait for a held aisle, or give the waiting up. */
export function useTurnChange(room: string | undefined) {
  const client = useQueryClient();
  type Change = { wait: Pick<Turn, "bank" | "segment" | "aisle"> & { purpose?: string } } | { leave: string };
  return useMutation({
    mutationFn: (change: Change) =>
      "wait" in change
        ? call("POST", inRoom(room, "turns"), { body: change.wait })
        : call("DELETE", inRoom(room, "turns", change.leave)),
    onSettled: () => void client.invalidateQueries({ queryKey: ["turns"] }),
  });
}
