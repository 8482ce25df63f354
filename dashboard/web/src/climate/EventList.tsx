/** The events of a chart in words: alarms that came and went, units that were switched. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/steel";
import { kindWords } from "../alarms/words";
import { exactMoment, languageNow } from "../i18n/format";
import { Icon, type IconName } from "../ui/icons";
import css from "./chart.module.css";
import type { ChartEvent } from "./events";
import { MOST_ALARMS } from "./queries";
import type { Events } from "./useEvents";

const ICON: Record<ChartEvent["kind"], IconName> = { raised: "alert", cleared: "check", on: "airing", off: "stop" };
const SHOWN = 100;

export function EventList({ events, room }: { events: Events; room: string }) {
  const { t } = useTranslation();
  const { shown, names, isCut } = events;
  const isAlarm = (one: ChartEvent) => one.kind === "raised" || one.kind === "cleared";
  return (
    <section aria-label={t("chart.events")}>
      <h3 className={css.subhead}>{t("chart.events")}</h3>
      {shown.length === 0 && <p className="muted">{t("chart.noEvents")}</p>}
      {isCut && <p className="muted">{t("chart.moreEvents", { count: MOST_ALARMS })}</p>}
      <ol className={css.events} data-testid="chart-events" tabIndex={shown.length > 0 ? 0 : undefined} aria-label={t("chart.events")}>
        {shown
          .slice(-SHOWN)
          .reverse()
          .map((one, index) => (
            <li key={`${one.at_s} ${one.kind} ${one.who} ${index}`}>
              <time dateTime={new Date(one.at_s * 1000).toISOString()}>{exactMoment(new Date(one.at_s * 1000).toISOString())}</time>
              <Icon name={ICON[one.kind]} size={18} />
              <span>
                {t("chart.eventOf", { event: t(`chart.event.${one.kind}`) })}{" "}
                {isAlarm(one) ? <Link to={`/alarms?room=${room}`}>{kindWords(t, one.what)}</Link> : (names[one.who]?.[languageNow()] ?? one.who)}
              </span>
            </li>
          ))}
      </ol>
    </section>
  );
}
