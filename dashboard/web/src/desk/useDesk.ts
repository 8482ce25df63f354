import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../api/client";
import type { ItemResult, Results } from "../api/types";
import { asked, type Mode, type Row, withResults } from "./list";

export type Done = { row: Row; result: ItemResult }[];
type Wish = { rows: Row[]; more: { person: string; purpose: string } | { to: "desk" | "home" } };
export type DeskAsk = ReturnType<typeof useDesk>;

const TOUCHED = ["box", "file", "movements", "search", "face", "checkouts", "bench", "lists"];

/** Hand over or take back a whole list; each thing has its own outcome. */
export function useDesk(mode: Mode) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async ({ rows, more }: Wish): Promise<Done> => {
      const path = mode === "out" ? "/checkouts/many" : "/returns/many";
      const { results } = await call<Results>("POST", path, { body: { items: asked(rows), ...more } });
      return withResults(rows, results);
    },
    onSettled: () => {
      for (const key of TOUCHED) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  return {
    ask: change.mutate,
    pending: change.isPending,
    error: change.error,
    done: change.data ?? null,
    reset: change.reset,
  };
}
