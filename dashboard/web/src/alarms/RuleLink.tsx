/** Which rule found an alarm, in which version, and the way to it. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLimits } from "../air/useAirNames";
import type { Alarm } from "../api/types";
import { languageNow } from "../i18n/format";
import { kindWords } from "./words";
import css from "./alarms.module.css";

const HEALTH = "probe-health";

export function RuleLink({ alarm: { rule, rule_version } }: { alarm: Alarm }) {
  const { t } = useTranslation();
  const known = useLimits().data?.profiles.find((one) => one.id === rule);
  if (rule === null) return null;
  const name = rule === HEALTH ? t("alarmList.healthRule") : (known?.profile.name[languageNow()] ?? `“${kindWords(t, rule)}”`);
  const words = t("alarmList.rule", { rule: name, version: rule_version ?? 1 });
  if (!known) return <span className={`muted ${css.rule}`}>{words}</span>;
  return (
    <Link className={css.rule ?? ""} to={`/limits/${encodeURIComponent(rule)}?version=${rule_version ?? ""}`} data-testid="alarm-rule">
      {words}
    </Link>
  );
}
