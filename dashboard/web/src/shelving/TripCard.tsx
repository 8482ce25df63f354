/** A trip with its chain of evidence: what was asked by whom, what the shelving said, what followed. */

import { useTranslation } from "react-i18next";
import type { MotionRequest, Plan, Trip } from "../api/types";
import { interlockName, motionReason } from "../i18n/codes";
import { exactMoment } from "../i18n/format";
import { Icon } from "../ui/icons";
import { Tone } from "../ui/Tone";
import { placeWords } from "./place";
import css from "./shelving.module.css";
import { listed, tripName } from "./words";

const TONE = { open: "refused", reset: "moving", confirmed: "open" } as const;

export function TripCard({ trip, plan }: { trip: Trip; plan: Plan | undefined }) {
  const { t } = useTranslation();
  return (
    <details className={css.tripCard} data-testid="trip" data-status={trip.status} data-code={trip.code}>
      <summary>
        <span className="nowrap">{exactMoment(trip.at)}</span>
        <strong>{tripName(t, trip.code)}</strong>
        <span className={css.push} />
        <Tone tone={TONE[trip.status]} icon={trip.status === "confirmed" ? "check" : "alert"}>
          {t(`shelving.history.status.${trip.status}`)}
        </Tone>
      </summary>
      <dl className={css.chain}>
        <dt>{t("shelving.history.asked")}</dt>
        <dd>{trip.request ? <RequestLine request={trip.request} plan={plan} /> : t("shelving.history.idle")}</dd>
        <dt>{t("shelving.history.said")}</dt>
        <dd>
          {motionReason(t, trip.code)}
          {trip.raw && (
            <div>
              {t("shelving.trip.raw", { code: "" })}
              <code className="code">{trip.raw}</code>
            </div>
          )}
          <Said said={trip.said} />
        </dd>
        <dt>{t("shelving.history.followed")}</dt>
        <dd>
          <ol className={css.story}>
            {trip.story.map((one, index) => (
              <li key={index}>
                <span className="muted nowrap">{exactMoment(one.at)}</span> {t(`shelving.history.story.${one.kind}`)}
                {one.actor && ` · ${t("shelving.history.byName", { name: one.actor.name })}`}
              </li>
            ))}
            {trip.after.map((request) => (
              <li key={request.id}>
                <RequestLine request={request} plan={plan} />
              </li>
            ))}
          </ol>
          {trip.after.length === 0 && <span className="muted">{t("shelving.history.nothing")}</span>}
        </dd>
      </dl>
    </details>
  );
}

/** What every interlock said at that moment: those that spoke against motion first. */
function Said({ said }: { said: Trip["said"] }) {
  const { t } = useTranslation();
  const names = Object.keys(said);
  if (names.length === 0) return <div className="muted">{t("shelving.history.saidNothing")}</div>;
  const against = names.filter((name) => said[name] !== "safe");
  const safe = names.filter((name) => said[name] === "safe").map((name) => interlockName(t, name));
  return (
    <>
      {against.length > 0 && (
        <div className={css.against}>
          <Icon name="alert" size={17} />
          <span>
            {t("common.said", {
              head: t("shelving.history.notSafe"),
              words: listed(
                t,
                against.map((name) => `${interlockName(t, name)} (${t(`motion.check.${said[name] ?? "unknown"}`)})`),
              ),
            })}
          </span>
        </div>
      )}
      {safe.length > 0 && (
        <div className="muted">
          {t("common.said", { head: t("shelving.history.safe"), words: listed(t, safe) })}
        </div>
      )}
    </>
  );
}

/** One request in a line: when, who, what, how it ended. */
export function RequestLine({ request, plan }: { request: MotionRequest; plan: Plan | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="muted nowrap">{exactMoment(request.asked_at)}</span> {request.actor} ·{" "}
      {t(`motion.verb.${request.verb}`)} · {placeWords(t, request, plan)} ·{" "}
      {request.code
        ? t("common.said", {
            head: t(`motion.status.${request.status}`),
            words: motionReason(t, request.code, lastDetail(request)),
          })
        : t(`motion.status.${request.status}`)}
      {request.purpose && <span className="muted"> ({t("shelving.requests.purpose", { purpose: request.purpose })})</span>}
    </>
  );
}

/** What the last step told beside its code. */
export function lastDetail(request: MotionRequest): Record<string, unknown> {
  return request.steps.at(-1)?.detail ?? {};
}
