/** A request that waits for somebody to start it at the bank, and how long it still does. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Armed, BankState } from "../api/types";
import { momentWords } from "../i18n/format";
import { say } from "../i18n/say";
import { useMay } from "../people/may";
import { useMe } from "../people/useMe";
import { isPerson } from "../people/who";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useNow } from "../ui/useNow";
import { clockWords, leftUntil } from "./countdown";
import css from "./shelving.module.css";
import { useAsk } from "./useAsk";

/** A release takes an armed aisle back; without an aisle it could mean a hold, and a stop cannot. */
const takeBack = (segment: number, aisle: number | null) =>
  aisle === null ? ({ verb: "stop", segment } as const) : ({ verb: "release", segment, aisle } as const);

type ArmedPanelProps = { room: string; bank: BankState; segment: number; armed: Armed };

export function ArmedPanel({ room, bank, segment, armed }: ArmedPanelProps) {
  const { t } = useTranslation();
  const now = useNow();
  const mine = isPerson(armed.actor, useMe());
  const may = useMay()("aisle.open");
  const { ask, pending, error } = useAsk(room, bank);
  const left = leftUntil(armed.until, now);
  const what = `${say(t, `motion.verb.${armed.verb}`)}${armed.aisle === null ? "" : ` ${armed.aisle}`}`;
  return (
    <section className={`panel ${css.armed}`} role="status" data-testid="armed">
      <Icon name="turn" size={28} />
      <div className={css.itemWords}>
        <h2>{t("shelving.armed.title")}</h2>
        <span>{t("shelving.armed.what", { verb: what, name: armed.actor.name })}</span>
        <span>
          {left > 0
            ? t("shelving.armed.left", { time: clockWords(left), when: momentWords(armed.until) })
            : t("shelving.armed.over")}
        </span>
        <span className="muted">{t("shelving.facts.startAtBank")}</span>
        {error && <Failed error={error} />}
      </div>
      {mine && may && (
        <Button
          variant="default"
          loading={pending}
          onClick={() => ask(takeBack(segment, armed.aisle), { said: t("shelving.armed.taken") })}
          data-testid="armed-cancel"
        >
          {t("shelving.armed.cancel")}
        </Button>
      )}
    </section>
  );
}
