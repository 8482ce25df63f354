/** One bank of shelving: its columns live, who holds what, why it may not move, and what can be asked. */

import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useParams, useSearchParams } from "react-router";
import "../i18n/steel";
import { type StampedLive, useLive, usePlan } from "../api/queries";
import { useTurns } from "../api/steelQueries";
import type { BankPlan, Plan } from "../api/types";
import { languageNow } from "../i18n/format";
import { useMay } from "../people/may";
import { useMe } from "../people/useMe";
import { DevicesNav } from "../readers/DevicesNav";
import { bankLook } from "../room/look";
import { useRoomChoice } from "../room/RoomChoice";
import { MyTurns } from "../turns/MyTurns";
import { Answer, Empty, Loading } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { Tabs } from "../ui/Tabs";
import { useNow } from "../ui/useNow";
import { ArmedPanel } from "./ArmedPanel";
import { BankPicture } from "./BankPicture";
import { Facts } from "./Facts";
import { hindrances } from "./hindrance";
import { History } from "./History";
import { Holds } from "./Holds";
import { Interlocks } from "./Interlocks";
import { LockOuts } from "./LockOuts";
import { NowPanel } from "./NowPanel";
import { ProgramPanel } from "./ProgramPanel";
import css from "./shelving.module.css";
import { StopBank } from "./StopBank";
import { TripNow } from "./TripNow";
import { Verbs } from "./Verbs";
import { WhyPanel } from "./WhyPanel";

export function ShelvingPage() {
  const { t } = useTranslation();
  const { room: choice, choose } = useRoomChoice();
  const params = useParams();
  const room = params.room ?? choice;
  const plan = usePlan(room);
  const live = useLive(room);
  const wanted = params.room;
  useEffect(() => {
    if (wanted && wanted !== choice) choose(wanted);
  }, [wanted, choice, choose]);
  if (room === undefined) return <Loading />;
  return (
    <Answer of={plan}>
      {(data) => {
        const first = data.banks[0]?.bank;
        if (params.bank === undefined && first !== undefined) {
          return <Navigate to={`/shelving/${room}/${first}`} replace />;
        }
        const bank = data.banks.find((one) => String(one.bank) === params.bank);
        if (!bank) return <Empty>{t("shelving.noBank", { bank: params.bank ?? "" })}</Empty>;
        return (
          <div className={`page ${css.page}`}>
            <DevicesNav room={room} />
            <Head plan={data} bank={bank} live={live.data} />
            <Answer of={live}>
              {(seen) => <BankScreen key={`${room}/${bank.bank}`} plan={data} bank={bank} live={seen} />}
            </Answer>
          </div>
        );
      }}
    </Answer>
  );
}

type BankScreenProps = { plan: Plan; bank: BankPlan; live: StampedLive | undefined };

function BankScreen({ plan, bank, live }: BankScreenProps) {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const now = useNow();
  const [params, setParams] = useSearchParams();
  const [adding, setAdding] = useState<number | null>(null);
  const turns = useTurns(plan.room, may("request.read"));
  const state = live?.banks.find((one) => one.bank === bank.bank);
  const look = bankLook(live, bank.bank, now);
  const number = Number(params.get("segment") ?? bank.segments[0]?.segment ?? 1);
  const segment = state?.segments.find((one) => one.segment === number) ?? state?.segments[0];
  const found = hindrances({
    bank: state,
    segment,
    look,
    room: live?.room,
    turns: turns.data?.turns ?? [],
    me,
  });
  const isLive = look.tone === "live";
  return (
    <div className={css.screen} data-testid="shelving" data-look={look.tone}>
      <MyTurns room={plan.room} plan={plan} offeredOnly />
      {bank.segments.length > 1 && (
        <Tabs
          label={t("shelving.segments")}
          value={String(segment?.segment ?? number)}
          onChange={(value) => setParams({ segment: value }, { replace: true })}
          tabs={bank.segments.map((one) => ({ value: String(one.segment), label: t("shelving.segment", one) }))}
          testId="segment-tabs"
        />
      )}
      {isLive && segment?.trip && <TripNow trip={segment.trip} />}
      {isLive && segment?.armed && state && (
        <ArmedPanel room={plan.room} bank={state} segment={segment.segment} armed={segment.armed} />
      )}
      <div className={css.columns}>
        <div className={css.wide}>
          <BankPicture plan={plan} bank={bank} live={live} onColumn={may("steel.lock_out") ? setAdding : null} />
          {state && segment && <Verbs plan={plan} live={live} bank={state} segment={segment} look={look} />}
          {state && segment && <Holds room={plan.room} bank={state} segment={segment} live={isLive} />}
          <History plan={plan} bank={bank.bank} />
        </div>
        <div className={css.narrow}>
          <WhyPanel found={found} look={look} />
          {segment && <NowPanel segment={segment} look={look} />}
          {segment && <Interlocks interlocks={segment.interlocks} look={look} />}
          {state && (
            <LockOuts room={plan.room} plan={bank} bank={state} live={isLive} adding={adding} onAdding={setAdding} />
          )}
          <ProgramPanel room={plan.room} live={live} />
          {state && <Facts bank={state} />}
        </div>
      </div>
    </div>
  );
}

function Head({ plan, bank, live }: BankScreenProps) {
  const { t } = useTranslation();
  const state = live?.banks.find((one) => one.bank === bank.bank);
  return (
    <header className={css.head}>
      <div>
        <h1>{t("shelving.title", { bank: bank.bank })}</h1>
        <p className="muted">{t("shelving.lead", { room: plan.name[languageNow()] })}</p>
      </div>
      <div className="row">
        {plan.banks.length > 1 && (
          <nav className={css.banks} aria-label={t("shelving.banks")}>
            {plan.banks.map((one) => (
              <Link
                key={one.bank}
                to={`/shelving/${plan.room}/${one.bank}`}
                aria-current={one.bank === bank.bank ? "page" : undefined}
                data-testid={`bank-link-${one.bank}`}
              >
                {t("room.bank", { bank: one.bank })}
              </Link>
            ))}
          </nav>
        )}
        <Button
          component="a"
          href={`/wall/${plan.room}`}
          target="_blank"
          rel="noopener"
          variant="default"
          leftSection={<Icon name="screen" />}
          data-testid="wall-link"
        >
          {t("shelving.wall")}
        </Button>
        <StopBank room={plan.room} bank={bank.bank} state={state} />
      </div>
    </header>
  );
}
