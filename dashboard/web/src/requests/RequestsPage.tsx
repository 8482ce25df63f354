/** The last requests for motion, each with the steps it went through. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { usePlan, useRequests } from "../api/queries";
import type { MotionRequest, Plan, RequestStatus } from "../api/types";
import { motionReason } from "../i18n/codes";
import { exactMoment, languageNow } from "../i18n/format";
import { useRoom } from "../room/RoomChoice";
import { Answer, Empty } from "../ui/Feedback";
import { Tone, type ToneName } from "../ui/Tone";

const TONE: Record<RequestStatus, ToneName> = {
  asked: "moving",
  unanswered: "stale",
  accepted: "moving",
  started: "moving",
  done: "open",
  refused: "refused",
  failed: "refused",
  expired: "refused",
};

export function RequestsPage() {
  const { t } = useTranslation();
  const room = useRoom();
  const requests = useRequests(room);
  const plan = usePlan(room).data;
  return (
    <div className="page">
      <div>
        <h1>{t("work.requests.title")}</h1>
        <p className="muted">{t("work.requests.lead", { room: plan?.name[languageNow()] ?? room ?? "" })}</p>
      </div>
      <section className="panel panel-pad scroll-x" tabIndex={0} aria-label={t("work.requests.title")}>
        <Answer of={requests}>
          {(data) =>
            data.requests.length === 0 ? (
              <Empty>{t("work.requests.none")}</Empty>
            ) : (
              <RequestTable requests={data.requests} plan={plan} />
            )
          }
        </Answer>
      </section>
    </div>
  );
}

type Asked = { plan: Plan | undefined };

function RequestTable({ requests, plan }: { requests: MotionRequest[] } & Asked) {
  const { t } = useTranslation();
  return (
    <table className="table" data-testid="requests">
      <thead>
        <tr>
          <th>{t("work.requests.asked")}</th>
          <th>{t("work.requests.what")}</th>
          <th>{t("work.requests.where")}</th>
          <th>{t("work.requests.who")}</th>
          <th>{t("work.requests.outcome")}</th>
          <th>{t("work.requests.steps")}</th>
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
  const { actor } = request;
  const place = placeWords(t, request, plan);
  return (
    <tr data-testid="request-row" data-status={request.status}>
      <td className="nowrap">{exactMoment(request.asked_at)}</td>
      <td>{t(`motion.verb.${request.verb}`)}</td>
      <td>{place}</td>
      <td>
        {actor}
        <div className="muted">{t(`motion.origin.${request.origin}`)}</div>
      </td>
      <td>
        <Tone tone={TONE[request.status]} {...(request.status === "done" && { icon: "check" })}>
          {t(`motion.status.${request.status}`)}
        </Tone>
        {request.code && <div>{motionReason(t, request.code)}</div>}
      </td>
      <td>
        <Steps request={request} />
      </td>
    </tr>
  );
}

/** Where it was asked for; a bank's only segment need not be named. */
function placeWords(t: TFunction, { bank, segment, aisle }: MotionRequest, plan: Plan | undefined): string {
  if (bank === null) return t("work.requests.all");
  if (aisle === null || segment === null) return t("room.bank", { bank });
  const segments = plan?.banks.find((one) => one.bank === bank)?.segments.length ?? 0;
  return segments === 1 ? t("room.aisleOf", { bank, aisle }) : t("room.aisleSegment", { bank, segment, aisle });
}

/** How long after the asking a step came; a stop acts before it is written down. */
function afterAsking(at: string, begun_ms: number): string {
  return `+${(Math.max(0, Date.parse(at) - begun_ms) / 1000).toFixed(1)} s`;
}

function Steps({ request }: { request: MotionRequest }) {
  const { t } = useTranslation();
  const begun = Date.parse(request.asked_at);
  return (
    <ol className="steps">
      {request.steps.map((step, index) => (
        <li key={index}>
          {t(`motion.status.${step.status}`)}{" "}
          <span className="muted">{afterAsking(step.at, begun)}</span>
        </li>
      ))}
    </ol>
  );
}
