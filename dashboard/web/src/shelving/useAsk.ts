import { useTranslation } from "react-i18next";
import { type Told, useWish, type Wish } from "../api/steelQueries";
import type { BankState } from "../api/types";
import { useTell } from "../ui/Tell";

/** Ask something of a bank as it is seen now, and say in a line what was answered. */
export function useAsk(room: string, bank: BankState) {
  const { t } = useTranslation();
  const tell = useTell();
  const wish = useWish(room);
  const saw = { boot_id: bank.boot_id, version: bank.version };
  const ask = (what: Omit<Wish, "bank" | "saw">, { said, onDone }: { said?: string; onDone?: () => void } = {}) =>
    wish.mutate(
      { ...what, bank: bank.bank, saw },
      {
        onSuccess: (told) => {
          tell(said ?? toldWords(what.verb, told));
          onDone?.();
        },
      },
    );
  const toldWords = (asked: Wish["verb"], { status }: Told) => {
    const verb = t(`motion.verb.${asked}`);
    const known = status === "armed" || status === "started" || status === "done" ? status : "accepted";
    return t(`shelving.verbs.told.${known}`, { verb });
  };
  return { ask, pending: wish.isPending, error: wish.error, reset: wish.reset };
}
