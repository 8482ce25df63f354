/** Requests for motion through their whole life, and the turns of those who wait for an aisle. */

import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import "../i18n/steel";
import { usePlan } from "../api/queries";
import { useRequests, useTurns } from "../api/steelQueries";
import type { MotionRequest, Plan, RequestStatus } from "../api/types";
import { interlockName, motionReason } from "../i18n/codes";
import { exactMoment, languageNow, momentWords } from "../i18n/format";
import { useMe } from "../people/useMe";
import { isPerson } from "../people/who";
import { useRoom } from "../room/RoomChoice";
import { aisleWords, placeWords } from "../shelving/place";
import { lastDetail } from "../shelving/TripCard";
import { listed } from "../shelving/words";
import { MyTurns } from "../turns/MyTurns";
import turnsCss from "../turns/turns.module.css";
import { Answer, Empty } from "../ui/Feedback";
import { Tabs } from "../ui/Tabs";
import { Tone, type ToneName } from "../ui/Tone";
import { afterAsking, stepCode } from "./steps";

const TONE: Record<RequestStatus, ToneName> = {
  asked: "moving",
  unanswered: "stale",
  armed: "moving",
  accepted: "moving",
  started: "moving",
  done: "open",
  refused: "refused",
  failed: "refused",
  expired: "refused",
};
const PAGE = 50;
const MOST = 500;

export function RequestsPage() {
  const { t } = useTranslation();
  const room = useRoom();
  const [params, setParams] = useSearchParams();
  const [limit, setLimit] = useState(PAGE);
  const bank = Number(params.get("bank")) || undefined;
  const open = params.get("show") === "open";
  const requests = useRequests(room, { bank, open, limit });
  const plan = usePlan(room).data;
  const filter = (name: "bank" | "show", value: string) =>
    setParams(
      (old) => {
        if (value === "") old.delete(name);
        else old.set(name, value);
        return old;
      },
      { replace: true },
    );
  return (
    <div className="page">
      <div>
        <h1>{t("shelving.requests.title")}</h1>
        <p className="muted">{t("shelving.requests.lead", { room: plan?.name[languageNow()] ?? room ?? "" })}</p>
      </div>
      {room && <MyTurns room={room} plan={plan} />}
      <div className="row">
        <Tabs
          label={t("shelving.requests.show")}
          value={open ? "open" : ""}
          onChange={(value) => filter("show", value)}
          tabs={[
            { value: "", label: t("shelving.requests.all") },
            { value: "open", label: t("shelving.requests.open") },
          ]}
          testId="requests-show"
        />
        <NativeSelect
          size="md"
          aria-label={t("shelving.requests.bank")}
          value={bank === undefined ? "" : String(bank)}
          onChange={(event) => filter("bank", event.currentTarget.value)}
          data={[
            { value: "", label: t("shelving.requests.allBanks") },
            ...(plan?.banks ?? []).map((one) => ({ value: String(one.bank), label: t("room.bank", one) })),
          ]}
          data-testid="requests-bank"
        />
      </div>
      <section
        className="panel panel-pad scroll-x"
        tabIndex={0}
        aria-label={t("shelving.requests.title")}
        data-testid="requests"
      >
        <Answer of={requests}>
          {({ requests: found }) =>
            found.length === 0 ? (
              <Empty>{t(open ? "shelving.requests.noneOpen" : bank ? "shelving.requests.noneHere" : "shelving.requests.none")}</Empty>
            ) : (
              <>
                <RequestTable requests={found} plan={plan} />
                {found.length >= limit && limit < MOST && (
                  <Button variant="default" onClick={() => setLimit(Math.min(MOST, limit + PAGE))} data-testid="requests-more">
                    {t("common.do.more")}
                  </Button>
                )}
              </>
            )
          }
        </Answer>
      </section>
      {room && <Queue room={room} plan={plan} />}
    </div>
  );
}

/** Everybody's turns, so that one sees who comes first. */
function Queue({ room, plan }: { room: string; plan: Plan | undefined }) {
  const { t } = useTranslation();
  const me = useMe();
  const turns = useTurns(room);
  return (
    <section className="panel panel-pad" data-testid="turns">
      <h2>{t("shelving.turns.title")}</h2>
      <p className="muted">{t("shelving.turns.lead")}</p>
      <Answer of={turns}>
        {(data) =>
          data.turns.length === 0 ? (
            <Empty>{t("shelving.turns.none")}</Empty>
          ) : (
            <ol className={turnsCss.queue}>
              {data.turns.map((turn) => (
                <li key={turn.id} data-own={isPerson(turn.user, me) || undefined}>
                  <span>
                    {turn.status === "offered"
                      ? t("shelving.turns.offered", {
                          name: turn.user.name,
                          place: aisleWords(t, plan, turn),
                          when: momentWords(turn.offered_until ?? turn.asked_at),
                        })
                      : t("shelving.turns.waits", { name: turn.user.name, place: aisleWords(t, plan, turn) })}
                  </span>
                  <span className="muted">{t("shelving.turns.since", { when: momentWords(turn.asked_at) })}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </section>
  );
}

type Asked = { plan: Plan | undefined };

function RequestTable({ requests, plan }: { requests: MotionRequest[] } & Asked) {
  const { t } = useTranslation();
  return (
    <table className="table">
      <thead>
        <tr>
          <th>{t("shelving.requests.asked")}</th>
          <th>{t("shelving.requests.what")}</th>
          <th>{t("shelving.requests.who")}</th>
          <th>{t("shelving.requests.outcome")}</th>
          <th>{t("shelving.requests.steps")}</th>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <RequestRow key={request.id} request={request} plan={plan} />
        ))}
      </tbody>
    </table>
  );
}

function RequestRow({ request, plan }: { request: MotionRequest } & Asked) {
  const { t } = useTranslation();
  const { status, code } = request;
  return (
    <tr data-testid="request-row" data-status={status} data-verb={request.verb}>
      <td>{exactMoment(request.asked_at)}</td>
      <td>
        <What request={request} plan={plan} />
      </td>
      <td className="nowrap">
        {request.actor}
        <div className="muted">{t(`motion.origin.${request.origin}`)}</div>
      </td>
      <td>
        <Tone tone={TONE[status]} {...(status === "done" && { icon: "check" })}>
          {t(`motion.status.${status}`)}
        </Tone>
        {code && <div data-code={code}>{motionReason(t, code, lastDetail(request))}</div>}
      </td>
      <td>
        <Steps request={request} />
      </td>
    </tr>
  );
}

function What({ request, plan }: { request: MotionRequest } & Asked) {
  const { t } = useTranslation();
  const { verb, program, to, reason, purpose, vouched } = request;
  return (
    <>
      <strong>{t(`motion.verb.${verb}`)}</strong>
      {program && ` · ${t(`program.name.${program}`)}`}
      {to && ` ${t("shelving.requests.to", { name: to.name })}`}
      <div>{placeWords(t, request, plan)}</div>
      {purpose && <div className="muted">{t("shelving.requests.purpose", { purpose })}</div>}
      {reason && <div className="muted">{reason}</div>}
      {vouched.length > 0 && (
        <div className="muted">
          {t("shelving.requests.vouched", { names: listed(t, vouched.map((one) => interlockName(t, one))) })}
        </div>
      )}
    </>
  );
}

function Steps({ request }: { request: MotionRequest }) {
  const { t } = useTranslation();
  return (
    <ol className="steps">
      {request.steps.map((step, index) => {
        const code = stepCode(request, index);
        return (
          <li key={index}>
            {t(`motion.status.${step.status}`)} <span className="muted">{afterAsking(step.at, request.asked_at)}</span>
            {code && <div className="muted">{motionReason(t, code, step.detail ?? {})}</div>}
          </li>
        );
      })}
    </ol>
  );
}
