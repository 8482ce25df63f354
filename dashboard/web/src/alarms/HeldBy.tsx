/** Why nobody is told of an alarm: a person's word, a maintenance window, or another cause. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Alarm, AlarmHold } from "../api/types";
import { momentWords } from "../i18n/format";
import { Icon, type IconName } from "../ui/icons";
import css from "./alarms.module.css";
import { kindWords } from "./words";

export function HeldBy({ alarm }: { alarm: Alarm }) {
  const { t } = useTranslation();
  const { shelved, out_of_service, suppressed_by } = alarm;
  const window = suppressed_by?.window ?? null;
  if (shelved) return <Line icon="sleep">{t("alarmList.shelvedBy", holdWords(shelved, t("alarmList.untilReturned")))}</Line>;
  if (out_of_service) return <Line icon="noEntry">{t("alarmList.outBy", holdWords(out_of_service, t("alarmList.untilReturned")))}</Line>;
  if (window) return <Line icon="clock">{t("alarmList.windowBy", holdWords(window, t("alarmList.untilReturned")))}</Line>;
  if (!suppressed_by?.kind) return null;
  return (
    <Line icon="pair">
      {t("alarmList.causedBy", { cause: kindWords(t, suppressed_by.kind) })}{" "}
      {suppressed_by.gone_at && t("alarmList.causeGone", { when: momentWords(suppressed_by.gone_at) })}{" "}
      {suppressed_by.alarm_id && <Link to={`/alarms?id=${encodeURIComponent(suppressed_by.alarm_id)}`}>{t("alarmList.seeCause")}</Link>}
    </Line>
  );
}

const holdWords = ({ by, until, reason }: AlarmHold, open: string) => ({
  name: by,
  until: until ? momentWords(until) : open,
  reason,
});

function Line({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <p className={css.with} data-testid="alarm-held">
      <Icon name={icon} size={17} /> <span>{children}</span>
    </p>
  );
}
