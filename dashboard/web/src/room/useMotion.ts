/** Asking for an aisle and following what becomes of it; stopping whatever moves. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call, path, Problem } from "../api/client";
import type { BankState, RequestStatus, RequestStep, SegmentState } from "../api/types";
import { type Ask, askAfterProblem, isCauseGone, isFinal } from "./motion";

export type AislePlace = { room: string; bank: number; segment: number; aisle: number };

type Answer = { id: string; status: RequestStatus; code?: string | null };

/** Ask for one aisle. The ask is forgotten when another aisle is looked at. */
export function useOpenAisle(
  place: AislePlace | null,
  bank: BankState | undefined,
  live: boolean,
  purpose = "",
) {
  const [ask, setAsk] = useState<Ask | null>(null);
  const key = place ? `${place.room}/${place.bank}/${place.segment}/${place.aisle}` : "";
  const [asked, setAsked] = useState(key);
  if (asked !== key) {
    setAsked(key);
    setAsk(null);
  }
  const id = ask?.step === "answered" && !isFinal(ask.status) ? ask.id : null;
  const followed = useFollowed(place?.room ?? "", id);
  useEffect(() => {
    if (!followed) return;
    setAsk((old) =>
      old?.step === "answered" && old.id === followed.id
        ? { ...old, status: followed.status, code: followed.code }
        : old,
    );
  }, [followed]);
  const segment = (live && bank?.segments.find((one) => one.segment === place?.segment)) || null;
  const next = ask && withoutGoneCause(ask, segment, live);
  if (next !== ask) setAsk(next);

  const open = async () => {
    if (!place) return;
    setAsk({ step: "asking" });
    const saw = bank ? { boot_id: bank.boot_id, version: bank.version } : null;
    const { room, ...where } = place;
    try {
      const body = { verb: "open_aisle", ...where, saw, ...(purpose && { purpose }) };
      const answer = await call<Answer>("POST", `${path("rooms", room)}/requests`, { body });
      setAsk({ step: "answered", id: answer.id, status: answer.status, code: answer.code ?? null });
    } catch (error) {
      setAsk(askAfterProblem(error instanceof Problem ? error : new Problem(0, "unknown")));
    }
  };
  return { ask, open };
}

/** Forget a refusal once the bank is not live, or its cause was seen here and is gone. */
function withoutGoneCause(ask: Ask, segment: SegmentState | null, live: boolean): Ask | null {
  if (ask.step !== "refused") return ask;
  if (!live) return null;
  const gone = isCauseGone(ask.code, segment, ask.holder);
  if (gone === false && !ask.causeSeen) return { ...ask, causeSeen: true };
  return gone === true && ask.causeSeen ? null : ask;
}

/** Follow a request: the stream tells each step, and now and then we ask in case it is down. */
function useFollowed(room: string, id: string | null): RequestStep | undefined {
  const followed = useQuery({
    queryKey: ["request", id],
    queryFn: () => call<RequestStep>("GET", path("rooms", room, "requests", id ?? "")),
    enabled: id !== null,
    refetchInterval: 3000,
  });
  return id === null ? undefined : followed.data;
}

const STOP_WITHIN_MS = 5000;

/** Stop one bank, or all of a room; `failureCount` tells of a try that failed while others follow. */
export function useStop(room: string | undefined) {
  return useMutation({
    mutationFn: (bank: number | null) =>
      call<Answer>("POST", `${path("rooms", room ?? "")}/requests`, {
        body: { verb: "stop", bank, segment: null, aisle: null, saw: null },
        within_ms: STOP_WITHIN_MS,
      }),
    retry: 2,
    retryDelay: 300,
    networkMode: "always",
  });
}
