import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, path, Problem } from "../api/client";
import { tagKeys } from "../api/tagQueries";
import type { ShelfWork, TagItem } from "../api/types";
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
  const pair = async (code: string, epc: string, stays = false) => {
    setHalf(EMPTY_HALF);
    try {
      const { lent_to } = await call<ShelfWork>("POST", `${shelf}/boxes`, { body: { box_code: code, epc, ...(stays && { here: true }) } });
      say({ kind: "paired", code, lentTo: lent_to });
    } catch (error) {
      say(belongsElsewhere(error) ? { kind: "wrong_shelf", code, epc, home: homeIn(error) } : { kind: "failed", error });
    }
    void client.invalidateQueries({ queryKey: tagKeys.pairing(id) });
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
    mutationFn: () => call("DELETE", `${shelf}/boxes`),
    onSuccess: () => say({ kind: "undone" }),
    onError: (error) => say({ kind: "failed", error }),
    onSettled: () => void client.invalidateQueries({ queryKey: tagKeys.pairing(id) }),
  });
  const done = useMutation({
    mutationFn: () => call("POST", `${shelf}/done`),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: tagKeys.pairing(id) });
      void client.invalidateQueries({ queryKey: ["pairings"] });
    },
  });
  return { half, said, scan, busy, pair, undo, done, forget: () => setSaid(null) };
}

const belongsElsewhere = (error: unknown): error is Problem =>
  error instanceof Problem && error.code.endsWith("wrong_shelf");

function homeIn({ params }: Problem): string | null {
  return typeof params.home === "string" ? params.home : null;
}
