import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, path, Problem } from "../api/client";
import { tagKeys } from "../api/tagQueries";
import type { Pairing, ShelfWork, TagItem } from "../api/types";
import { withShelf } from "../live/patch";
import { play } from "../scan/sound";
import { type Read, useScans } from "../scan/useScans";
import { bearerElsewhere, EMPTY_HALF, type Half, isWhole, withScan } from "./pair";

/** What the last scan came to on this shelf. */
export type Said =
  | { kind: "paired"; code: string; lentTo: string | null }
  | { kind: "wrong_shelf"; code: string; epc: string; home: string | null }
  | { kind: "not_for_pairing"; text: string }
  | { kind: "tag_in_use"; epc: string; by: TagItem }
  | { kind: "undone" }
  | { kind: "failed"; error: unknown };

/** The pairing of one shelf: the half that is scanned, what is paired, and the way back. */
export function usePairShelf(id: string, address: string, oneNewTag: string | null, onShelf: readonly string[]) {
  const client = useQueryClient();
  const [half, setHalf] = useState<Half>(EMPTY_HALF);
  const [said, setSaid] = useState<Said | null>(null);
  const shelf = path("pairings", id, "shelves", address);

  const say = (next: Said) => {
    play(next.kind === "paired" ? "ok" : next.kind === "undone" ? "unsure" : "wrong");
    setSaid(next);
  };
  /** What became of the shelf stands in the answer; the other shelves of the list need not be asked for. */
  const take = (work: ShelfWork) => {
    client.setQueryData<ShelfWork>(tagKeys.shelf(id, address), work);
    client.setQueryData<Pairing>(
      tagKeys.pairing(id),
      (list) => list && withShelf(list, { address, status: work.status, paired: work.boxes.length }),
    );
  };
  const askAgain = () => void client.invalidateQueries({ queryKey: tagKeys.pairing(id) });
  const pair = async (code: string, epc: string, stays = false) => {
    setHalf(EMPTY_HALF);
    try {
      const body = { box_code: code, epc, ...(stays && { here: true }) };
      const work = await call<ShelfWork>("POST", `${shelf}/boxes`, { body });
      take(work);
      say({ kind: "paired", code, lentTo: work.lent_to });
    } catch (error) {
      say(belongsElsewhere(error) ? { kind: "wrong_shelf", code, epc, home: homeIn(error) } : { kind: "failed", error });
      if (!belongsElsewhere(error)) askAgain();
    }
  };
  const onRead = async ({ found, text }: Read) => {
    const by = bearerElsewhere(half, found, onShelf);
    if (by) return say({ kind: "tag_in_use", epc: found.epc ?? text, by });
    const scanned = withScan(half, found);
    if (!scanned) return say({ kind: "not_for_pairing", text });
    const next = scanned.epc === null ? { ...scanned, epc: oneNewTag } : scanned;
    if (isWhole(next)) return pair(next.box.code, next.epc);
    setSaid(null);
    setHalf(next);
  };
  const { scan, busy } = useScans({ onRead, onFail: (error) => say({ kind: "failed", error }) });

  const undo = useMutation({
    mutationFn: () => call<ShelfWork>("DELETE", `${shelf}/boxes`),
    onSuccess: (work) => {
      take(work);
      say({ kind: "undone" });
    },
    onError: (error) => {
      say({ kind: "failed", error });
      askAgain();
    },
  });
  const done = useMutation({
    mutationFn: () => call<ShelfWork>("POST", `${shelf}/done`),
    onSuccess: take,
    onError: askAgain,
    onSettled: () => void client.invalidateQueries({ queryKey: ["pairings"] }),
  });
  return { half, said, scan, busy, pair, undo, done, forget: () => setSaid(null) };
}

const belongsElsewhere = (error: unknown): error is Problem =>
  error instanceof Problem && error.code.endsWith("wrong_shelf");

function homeIn({ params }: Problem): string | null {
  return typeof params.home === "string" ? params.home : null;
}
