/** A trip that holds a segment: what, since when, and what it needs next. There is no remote reset. */

import { useTranslation } from "react-i18next";
import type { TripState } from "../api/types";
import { motionReason } from "../i18n/codes";
import { momentWords } from "../i18n/format";
import { Icon } from "../ui/icons";
import css from "./shelving.module.css";
import { tripSteps } from "./tripSteps";
import { tripName } from "./words";

export function TripNow({ trip }: { trip: TripState }) {
  const { t } = useTranslation();
  return (
    <section className={`panel ${css.trip}`} role="alert" data-testid="trip-now" data-code={trip.code} data-needs={trip.needs}>
      <header>
        <Icon name="alert" size={30} />
        <div>
          <h2>
            {t("common.said", { head: t("shelving.trip.now"), words: tripName(t, trip.code) })}
          </h2>
          <p>
            {motionReason(t, trip.code)} <span className="nowrap">({t("shelving.trip.since", { when: momentWords(trip.since) })})</span>
          </p>
          {trip.raw && (
            <p className={css.raw}>
              {t("shelving.trip.raw", { code: "" })}
              <code className="code">{trip.raw}</code>
            </p>
          )}
        </div>
      </header>
      <h3>{t("shelving.trip.title")}</h3>
      <ol className={css.tripSteps}>
        {tripSteps(trip.needs).map(({ step, state }) => (
          <li key={step} data-state={state}>
            <span>{t(`shelving.trip.${step}`)}</span> <strong>{t(`shelving.trip.step.${state}`)}</strong>
          </li>
        ))}
        <li data-state="later">
          <span>{t("shelving.trip.again")}</span> <strong>{t("shelving.trip.step.later")}</strong>
        </li>
      </ol>
      <p className={css.noRemote}>{t("shelving.trip.noRemote")}</p>
    </section>
  );
}
