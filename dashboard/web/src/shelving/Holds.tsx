/** Who holds which aisle for what since when, and what each may do about it. */

import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useColleagues, useRequests, useTurnChange, useTurns } from "../api/steelQueries";
import type { BankState, Hold, Person, SegmentState } from "../api/types";
import { agoOf, momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { useMe } from "../people/useMe";
import { isPerson } from "../people/who";
import { holdsOf } from "../room/look";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Answer, Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { holdActs, purposeOf, turnsOf } from "./holding";
import css from "./shelving.module.css";
import { useAsk } from "./useAsk";

type HoldsProps = { room: string; bank: BankState; segment: SegmentState; live: boolean };

export function Holds(props: HoldsProps) {
  const { t } = useTranslation();
  const me = useMe();
  const holds = holdsOf(props.segment);
  return (
    <section className="panel panel-pad" data-testid="holds">
      <h2>{t("shelving.holds.title")}</h2>
      {!props.live && <p className={css.note}>{t("shelving.now.last")}</p>}
      {holds.length === 0 && <p className="empty muted">{t("shelving.holds.none")}</p>}
      <ul className={css.list}>
        {holds.map((hold) => (
          <HoldRow key={hold.aisle} hold={hold} me={me} {...props} />
        ))}
      </ul>
    </section>
  );
}

type RowProps = HoldsProps & { hold: Hold; me: Person };

function HoldRow(props: RowProps) {
  const { hold, me, room, bank, segment } = props;
  const { t } = useTranslation();
  const mayRead = useMay()("request.read");
  const requests = useRequests(mayRead ? room : undefined, { bank: bank.bank });
  const purpose = purposeOf(hold, bank.bank, segment.segment, requests.data?.requests ?? []);
  const { actor, offered_to } = hold;
  return (
    <li className={css.item} data-testid={`hold-${hold.aisle}`}>
      <Icon name="person" size={26} />
      <div className={css.itemWords}>
        <strong>
          {t("room.aisle", { aisle: hold.aisle })} · {actor.name}
          {isPerson(actor, me) && ` (${t("shelving.holds.you")})`}
        </strong>
        <span className="muted">
          {t("shelving.holds.since", { when: momentWords(hold.since), age: agoOf(t, hold.since) })}
        </span>
        {purpose && <span>{t("shelving.holds.purpose", { purpose })}</span>}
        {offered_to && (
          <span>
            {isPerson(offered_to, me)
              ? t("shelving.holds.offeredYou", { name: actor.name })
              : t("shelving.holds.offered", { name: offered_to.name })}
          </span>
        )}
        {!isPerson(actor, me) && <span className="muted">{t("shelving.holds.others")}</span>}
      </div>
      <HoldActions {...props} />
    </li>
  );
}

function HoldActions({ hold, me, room, bank, segment, live }: RowProps) {
  const { t } = useTranslation();
  const may = useMay()("aisle.open");
  const turns = useTurns(room, may);
  const tell = useTell();
  const { ask, pending, error } = useAsk(room, bank);
  const turn = useTurnChange(room);
  const [doing, setDoing] = useState<"release" | "hand_over" | null>(null);
  if (!may) return null;
  const where = { segment: segment.segment, aisle: hold.aisle };
  const mine = turnsOf(turns.data?.turns ?? [], me).filter(
    (one) => one.bank === bank.bank && one.segment === segment.segment,
  );
  const acts = holdActs(hold, me, mine);
  const done = () => setDoing(null);
  return (
    <div className={css.itemActs}>
      {acts.includes("release") && (
        <Button variant="default" disabled={!live} onClick={() => setDoing("release")} data-testid="hold-release">
          {t("shelving.holds.release")}
        </Button>
      )}
      {acts.includes("hand_over") && (
        <Button variant="default" disabled={!live} onClick={() => setDoing("hand_over")} data-testid="hold-hand-over">
          {t("shelving.holds.handOver")}
        </Button>
      )}
      {acts.includes("take_over") && (
        <Button
          disabled={!live}
          loading={pending}
          onClick={() => ask({ verb: "take_over", ...where }, { said: t("shelving.holds.tookOver") })}
          data-testid="hold-take-over"
        >
          {t("shelving.holds.takeOver")}
        </Button>
      )}
      {acts.includes("wait") && (
        <Button
          variant="default"
          leftSection={<Icon name="turn" />}
          loading={turn.isPending}
          onClick={() =>
            turn.mutate({ wait: { bank: bank.bank, ...where } }, { onSuccess: () => tell(t("shelving.turns.added")) })
          }
          data-testid="hold-wait"
        >
          {t("shelving.holds.wait")}
        </Button>
      )}
      {acts.includes("waiting") && <span className={css.waiting}>{t("shelving.holds.waiting")}</span>}
      {doing === null && error && <Failed error={error} />}
      {turn.error && <Failed error={turn.error} />}
      <Confirm
        opened={doing === "release"}
        title={t("shelving.holds.release")}
        words={t("shelving.holds.releaseAsk", { aisle: hold.aisle })}
        action={t("shelving.holds.release")}
        pending={pending}
        error={error}
        onYes={() =>
          ask({ verb: "release", ...where }, { said: t("shelving.holds.released", { aisle: hold.aisle }), onDone: done })
        }
        onClose={done}
        testId="release"
      />
      <Dialog opened={doing === "hand_over"} onClose={done} title={t("shelving.holds.handOver")}>
        <HandOver
          pending={pending}
          error={error}
          onTo={(to_user, name) =>
            ask(
              { verb: "hand_over", ...where, to_user },
              { said: t("shelving.holds.handedOver", { name }), onDone: done },
            )
          }
          onClose={done}
        />
      </Dialog>
    </div>
  );
}

type HandOverProps = {
  pending: boolean;
  error: unknown;
  onTo: (id: string, name: string) => void;
  onClose: () => void;
};

function HandOver({ pending, error, onTo, onClose }: HandOverProps) {
  const { t } = useTranslation();
  const colleagues = useColleagues(true);
  const [to, setTo] = useState("");
  return (
    <Answer of={colleagues}>
      {({ people }) => {
        const chosen = people.find((one) => one.id === to) ?? people[0];
        if (!chosen) return <p>{t("shelving.holds.nobody")}</p>;
        return (
          <div className="form" data-testid="hand-over-form">
            <NativeSelect
              size="md"
              label={t("shelving.holds.handOverTo")}
              description={t("shelving.holds.handOverLong")}
              value={chosen.id}
              onChange={(event) => setTo(event.currentTarget.value)}
              data={people.map((one) => ({ value: one.id, label: one.name }))}
              data-testid="hand-over-to"
            />
            {error !== null && error !== undefined && <Failed error={error} />}
            <div className="form-actions">
              <Button variant="default" onClick={onClose}>
                {t("common.do.cancel")}
              </Button>
              <Button loading={pending} onClick={() => onTo(chosen.id, chosen.name)} data-testid="hand-over-yes">
                {t("shelving.holds.handOver")}
              </Button>
            </div>
          </div>
        );
      }}
    </Answer>
  );
}
