/** The last requests for motion, each with the steps it went through. */

import { useTranslation } from "react-i18next";
import { useRequests } from "../api/queries";
import type { MotionRequest, RequestStatus } from "../api/types";
import { motionReason } from "../i18n/codes";
import { exactMoment } from "../i18n/format";
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
  return (
    <div className="page">
      <div>
        <h1>{t("work.requests.title")}</h1>
        <p className="muted">{t("work.requests.lead", { room: room ?? "" })}</p>
      </div>
      <section className="panel panel-pad scroll-x" tabIndex={0} aria-label={t("work.requests.title")}>
        <Answer of={requests}>
          {(data) =>
            data.requests.length === 0 ? (
              <Empty>{t("work.requests.none")}</Empty>
            ) : (
              <RequestTable requests={data.requests} />
            )
          }
        </Answer>
      </section>
    </div>
  );
}

function RequestTable({ requests }: { requests: MotionRequest[] }) {
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
          <RequestRow key={request.id} request={request} />
        ))}
      </tbody>
    </table>
  );
}

function RequestRow({ request }: { request: MotionRequest }) {
  const { t } = useTranslation();
  const { bank, segment, aisle, actor } = request;
  const place =
    bank === null
      ? t("work.requests.all")
      : aisle === null || segment === null
        ? t("room.bank", { bank })
        : t("room.aisleSegment", { bank, segment, aisle });
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

function Steps({ request }: { request: MotionRequest }) {
  const { t } = useTranslation();
  const begun = Date.parse(request.asked_at);
  return (
    <ol className="steps">
      {request.steps.map((step, index) => (
        <li key={index}>
          {t(`motion.status.${step.status}`)}{" "}
          <span className="muted">+{((Date.parse(step.at) - begun) / 1000).toFixed(1)} s</span>
        </li>
      ))}
    </ol>
  );
}
