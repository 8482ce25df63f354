/** What happened at a bank, newest first; its trips apart, with their evidence. */

import { useTranslation } from "react-i18next";
import { useHistory, useTrips } from "../api/steelQueries";
import type { HistoryEntry, Plan } from "../api/types";
import { motionReason } from "../i18n/codes";
import { exactMoment } from "../i18n/format";
import { useMay } from "../people/may";
import { Answer, Empty } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import css from "./shelving.module.css";
import { RequestLine, TripCard } from "./TripCard";
import { tripName } from "./words";

export function History({ plan, bank }: { plan: Plan; bank: number }) {
  const { t } = useTranslation();
  const may = useMay()("request.read");
  const room = may ? plan.room : undefined;
  const trips = useTrips(room, bank);
  const history = useHistory(room, bank);
  if (!may) return null;
  return (
    <>
      <section className="panel panel-pad" data-testid="trips">
        <h2>{t("shelving.history.trips")}</h2>
        <Answer of={trips}>
          {(data) =>
            data.trips.length === 0 ? (
              <Empty>{t("shelving.history.noTrips")}</Empty>
            ) : (
              data.trips.map((trip) => <TripCard key={trip.id} trip={trip} plan={plan} />)
            )
          }
        </Answer>
      </section>
      <section className="panel panel-pad" data-testid="history">
        <h2>{t("shelving.history.title")}</h2>
        <Answer of={history}>
          {(data) =>
            data.entries.length === 0 ? (
              <Empty>{t("shelving.history.none")}</Empty>
            ) : (
              <ol className={css.entries} tabIndex={0}>
                {data.entries.map((entry, index) => (
                  <li key={index} data-kind={entry.kind}>
                    <Icon name={ICON[entry.kind]} size={18} />
                    <span>
                      <Entry entry={entry} plan={plan} />
                    </span>
                  </li>
                ))}
              </ol>
            )
          }
        </Answer>
      </section>
    </>
  );
}

const ICON: Record<HistoryEntry["kind"], IconName> = {
  request: "log",
  trip: "alert",
  halt: "stop",
  program: "turn",
  device: "offline",
};

function Entry({ entry, plan }: { entry: HistoryEntry; plan: Plan }) {
  if (entry.kind === "request") return <RequestLine request={entry.request} plan={plan} />;
  return (
    <>
      <span className="muted nowrap">{exactMoment(entry.at)}</span> <EntryWords entry={entry} />
      {"actor" in entry && entry.actor && ` · ${entry.actor.name}`}
    </>
  );
}

function EntryWords({ entry }: { entry: Exclude<HistoryEntry, { kind: "request" }> }) {
  const { t } = useTranslation();
  switch (entry.kind) {
    case "trip":
      return (
        <>
          {t("common.said", { head: t(`shelving.history.story.${entry.step}`), words: tripName(t, entry.code) })}
          {entry.raw && <code className="code"> {entry.raw}</code>}
        </>
      );
    case "halt":
      return (
        <>{t("common.said", { head: t("shelving.history.halt"), words: motionReason(t, entry.code) })}</>
      );
    case "program":
      return (
        <>
          {t("common.said", {
            head: t(`program.name.${entry.program.program}`),
            words: t(`program.status.${entry.program.status}`),
          })}
          {entry.program.why && ` · ${motionReason(t, entry.program.why)}`}
        </>
      );
    case "device":
      return <>{t(`shelving.history.device.${entry.status}`, { device: entry.device })}</>;
  }
}
