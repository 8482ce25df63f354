/** One's own turns: waiting, or offered with the time that is left to ask again. Nothing is taken by itself. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import "../i18n/steel";
import { useLive } from "../api/queries";
import { useTurnChange, useTurns, useWish } from "../api/steelQueries";
import type { Plan, Turn } from "../api/types";
import { momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { useMe } from "../people/useMe";
import { clockWords, leftUntil } from "../shelving/countdown";
import { turnsOf } from "../shelving/holding";
import { aisleWords } from "../shelving/place";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { useNow } from "../ui/useNow";
import css from "./turns.module.css";

type MyTurnsProps = { room: string; plan: Plan | undefined; offeredOnly?: boolean };

export function MyTurns({ room, plan, offeredOnly = false }: MyTurnsProps) {
  const may = useMay();
  const me = useMe();
  const turns = useTurns(room, may("request.read"));
  const own = turnsOf(turns.data?.turns ?? [], me).filter((one) => !offeredOnly || one.status === "offered");
  return own.map((turn) => <OwnTurn key={turn.id} turn={turn} room={room} plan={plan} />);
}

function OwnTurn({ turn, room, plan }: { turn: Turn; room: string; plan: Plan | undefined }) {
  const { t } = useTranslation();
  const now = useNow();
  const place = aisleWords(t, plan, turn);
  const offered = turn.status === "offered";
  const left = leftUntil(turn.offered_until, now);
  return (
    <section className={`panel ${css.turn}`} data-status={turn.status} role="status" data-testid={`turn-${turn.status}`}>
      <Icon name="turn" size={28} />
      <div className={css.words}>
        <strong>{t(offered ? "shelving.turns.offeredYou" : "shelving.turns.waitingYou", { place })}</strong>
        <span>
          {offered
            ? t("shelving.turns.left", { time: clockWords(left) })
            : t("shelving.turns.since", { when: momentWords(turn.asked_at) })}
        </span>
      </div>
      <TurnActs turn={turn} room={room} mayAsk={offered && left > 0} />
    </section>
  );
}

function TurnActs({ turn, room, mayAsk }: { turn: Turn; room: string; mayAsk: boolean }) {
  const { t } = useTranslation();
  const tell = useTell();
  const navigate = useNavigate();
  const wish = useWish(room);
  const change = useTurnChange(room);
  const bank = useLive(room).data?.banks.find((one) => one.bank === turn.bank);
  const { segment, aisle, purpose } = turn;
  const askNow = () => {
    if (!bank) return;
    const saw = { boot_id: bank.boot_id, version: bank.version };
    wish.mutate(
      { verb: "open_aisle", bank: turn.bank, segment, aisle, saw, ...(purpose && { purpose }) },
      { onSuccess: () => void navigate(`/shelving/${room}/${turn.bank}?segment=${segment}`) },
    );
  };
  const error = wish.error ?? change.error;
  return (
    <div className={css.acts}>
      {mayAsk && (
        <Button leftSection={<Icon name="open" />} disabled={!bank} loading={wish.isPending} onClick={askNow} data-testid="turn-ask">
          {t("shelving.turns.askNow")}
        </Button>
      )}
      <Button
        variant="default"
        loading={change.isPending}
        onClick={() => change.mutate({ leave: turn.id }, { onSuccess: () => tell(t("shelving.turns.left_line")) })}
        data-testid="turn-leave"
      >
        {t("shelving.turns.leave")}
      </Button>
      {error && <Failed error={error} />}
    </div>
  );
}
