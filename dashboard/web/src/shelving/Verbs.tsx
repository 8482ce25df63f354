/** What can be asked of a segment: an aisle by choice, the other verbs by button. */

import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StampedLive } from "../api/queries";
import type { BankState, Plan, SegmentState } from "../api/types";
import { motionReason } from "../i18n/codes";
import { useMay } from "../people/may";
import { useMe } from "../people/useMe";
import type { BankLook } from "../room/look";
import { OpenAisle } from "../room/OpenAisle";
import { Confirm } from "../ui/Confirm";
import { Failed } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import { AislePicker } from "./AislePicker";
import css from "./shelving.module.css";
import { useAsk } from "./useAsk";
import { type AskedVerb, isMotion, type Offer, offers } from "./verbs";

const ICON: Record<AskedVerb, IconName> = {
  open_aisle: "open",
  close_all: "closed",
  ventilate: "airing",
  park: "park",
  lock: "lock",
  unlock: "unlock",
  sleep: "sleep",
  wake: "wake",
};
const ASKED_TWICE = ["close_all", "ventilate", "park", "lock", "sleep"] as const;
type AskedTwice = (typeof ASKED_TWICE)[number];
const isAskedTwice = (verb: AskedVerb): verb is AskedTwice => (ASKED_TWICE as readonly string[]).includes(verb);

export type VerbsProps = {
  plan: Plan;
  live: StampedLive | undefined;
  bank: BankState;
  segment: SegmentState;
  look: BankLook;
};

export function Verbs(props: VerbsProps) {
  const { plan, bank, segment, look } = props;
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const offered = offers(bank, segment, look, me, may);
  const motion = offered.filter((one) => isMotion(one.verb) && one.verb !== "open_aisle");
  const settings = offered.filter((one) => !isMotion(one.verb));
  const open = offered.find((one) => one.verb === "open_aisle");
  return (
    <section className="panel panel-pad" data-testid="verbs">
      <h2>{t("shelving.verbs.title")}</h2>
      {offered.length === 0 && <p className="empty muted">{t("shelving.verbs.none")}</p>}
      {open && <OpenByAisle {...props} blocked={open.blocked} />}
      {bank.start === "at_bank" && [...motion, open].some((one) => one?.blocked === null) && (
        <p className={css.note} data-testid="starts-at-bank">
          {t("motion.atBank")}
        </p>
      )}
      <VerbButtons offered={motion} room={plan.room} bank={bank} segment={segment} />
      <WhyNot offered={motion} />
      {settings.length > 0 && (
        <>
          <h3 className={css.small}>{t("shelving.verbs.settings")}</h3>
          <VerbButtons offered={settings} room={plan.room} bank={bank} segment={segment} />
          <WhyNot offered={settings} />
        </>
      )}
    </section>
  );
}

/** Under its own row of buttons: what speaks against those of them that cannot be pressed. */
function WhyNot({ offered }: { offered: Offer[] }) {
  const { t } = useTranslation();
  const codes = [...new Set(offered.flatMap((one) => one.blocked ?? []))];
  return codes.map((code) => (
    <p key={code} className={css.note} data-testid="verb-blocked" data-code={code}>
      {t("shelving.verbs.blocked", { reason: motionReason(t, code) })}
    </p>
  ));
}

function OpenByAisle({ plan, live, bank, segment, look, blocked }: VerbsProps & { blocked: string | null }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<number | null>(null);
  const [purpose, setPurpose] = useState("");
  const [of, setOf] = useState(segment.segment);
  if (of !== segment.segment) {
    setOf(segment.segment);
    choose(null);
  }
  const place = chosen === null ? null : { room: plan.room, bank: bank.bank, segment: segment.segment, aisle: chosen };
  return (
    <div className={css.open}>
      <AislePicker
        plan={plan}
        bank={bank.bank}
        segment={segment}
        live={look.tone === "live"}
        chosen={chosen}
        onChoose={choose}
      />
      {place && (
        <>
          <TextInput
            label={t("shelving.verbs.purpose")}
            maxLength={200}
            value={purpose}
            onChange={(event) => setPurpose(event.currentTarget.value)}
            data-testid="open-purpose"
          />
          <OpenAisle place={place} plan={plan} live={live} mayOpen blocked={blocked} purpose={purpose.trim()} />
        </>
      )}
    </div>
  );
}

type ButtonsProps = { offered: Offer[]; room: string; bank: BankState; segment: SegmentState };

function VerbButtons({ offered, room, bank, segment }: ButtonsProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<AskedTwice | null>(null);
  const { ask, pending, error, reset } = useAsk(room, bank);
  if (offered.length === 0) return null;
  const close = () => setAsking(null);
  const go = (verb: AskedVerb) => ask({ verb, segment: segment.segment }, { onDone: close });
  const press = (verb: AskedVerb) => {
    reset();
    if (isAskedTwice(verb)) setAsking(verb);
    else go(verb);
  };
  return (
    <>
      <div className={css.buttons}>
        {offered.map(({ verb, blocked }) => (
          <Button
            key={verb}
            variant="default"
            size="md"
            leftSection={<Icon name={ICON[verb]} />}
            disabled={blocked !== null}
            loading={pending && asking === null}
            onClick={() => press(verb)}
            data-testid={`verb-${verb}`}
          >
            {t(`motion.verb.${verb}`)}
          </Button>
        ))}
      </div>
      {error && asking === null && <Failed error={error} />}
      {asking && (
        <Confirm
          opened
          title={t(`motion.verb.${asking}`)}
          words={t(`shelving.verbs.ask.${asking}`)}
          action={t(`motion.verb.${asking}`)}
          pending={pending}
          error={error}
          onYes={() => go(asking)}
          onClose={close}
          testId={`ask-${asking}`}
        />
      )}
    </>
  );
}
