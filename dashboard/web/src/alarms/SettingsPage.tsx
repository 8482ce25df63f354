/** Who is told of alarms, and what follows if nobody acknowledges. */

import { useTranslation } from "react-i18next";
import "../i18n/air";
import "../i18n/steel";
import { AirNav } from "../air/AirNav";
import { Escalation } from "./Escalation";
import { Recipients } from "./Recipients";

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <AirNav />
      <div>
        <h1>{t("told.settings.title")}</h1>
        <p className="muted">{t("told.settings.lead")}</p>
      </div>
      <Recipients />
      <Escalation />
    </div>
  );
}
