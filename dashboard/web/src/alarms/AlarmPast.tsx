/** The steps of an alarm's life, with who did each. */

import { useTranslation } from "react-i18next";
import type { Alarm } from "../api/types";
import { exactMoment } from "../i18n/format";
import css from "./alarms.module.css";
import { stepWords } from "./steps";

export function AlarmPast({ alarm: { history } }: { alarm: Alarm }) {
  const { t } = useTranslation();
  if (history.length === 0) return null;
  return (
    <details className={css.told} data-testid="alarm-past">
      <summary>{t("alarmList.past", { count: history.length })}</summary>
      <ol className={css.past}>
        {history.map((step, index) => (
          <li key={index}>
            <time dateTime={step.at}>{exactMoment(step.at)}</time>
            <span>
              {stepWords(t, step)} · <span className="muted">{step.by ?? t("alarmList.nobody")}</span>
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
