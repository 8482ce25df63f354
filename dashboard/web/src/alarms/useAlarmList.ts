/** Reads the alarms that are looked for, and does things to them. */

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, path, query } from "../api/client";
import type { Alarm, Person } from "../api/types";
import { type Act, type Filter, PATHS } from "./list";

const MOST_OPEN = 500;
const MOST_PAST = 200;

/** Alarms newest first, by what the controller can sift; the state is sifted on the page. */
export const useAlarmList = (state: "open" | "all", { room, zone, kind }: Filter) =>
  useQuery({
    queryKey: ["alarms", "list", state, room, zone, kind],
    queryFn: () =>
      call<{ alarms: Alarm[] }>(
        "GET",
        `/alarms${query({ state, room, zone, kind, limit: state === "open" ? MOST_OPEN : MOST_PAST })}`,
      ),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });

/** One alarm by itself, for those who come to it by a link. */
export const useAlarm = (id: string | null) =>
  useQuery({
    queryKey: ["alarms", "one", id],
    queryFn: () => call<Alarm>("GET", path("alarms", id ?? "")),
    enabled: id !== null,
  });

/** Those who may see to alarms. */
export const useCarers = (enabled: boolean) =>
  useQuery({
    queryKey: ["alarm-assignees"],
    queryFn: () => call<{ people: Person[] }>("GET", "/alarm-assignees"),
    enabled,
    staleTime: 60_000,
    retry: false,
  });

/** Do one thing to one alarm; the answer is the alarm as it is then. */
export function useAlarmAct(id: string, act: Act, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: object | undefined) => call<Alarm>("POST", path("alarms", id, PATHS[act]), body ? { body } : {}),
    onSuccess: onDone,
    onSettled: () => void client.invalidateQueries({ queryKey: ["alarms"] }),
  });
}

export type ManyResult = { id: string; ok: boolean; code: string | null };

export function useAcknowledgeMany(onDone: (results: ManyResult[]) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { ids: string[]; comment: string }) =>
      call<{ results: ManyResult[] }>("POST", "/alarms/acknowledge-many", { body }),
    onSuccess: ({ results }) => onDone(results),
    onSettled: () => void client.invalidateQueries({ queryKey: ["alarms"] }),
  });
}
