/** The menu of the facility manager's home: the climate, its alarms, its machines and its limits. */

import { useTranslation } from "react-i18next";
import "../i18n/air";
import { useMay } from "../people/may";
import { type SubLink, SubNav } from "../ui/SubNav";

export function AirNav() {
  const { t } = useTranslation();
  const may = useMay();
  const links: (SubLink & { needs: string })[] = [
    { to: "/climate", label: t("air.nav.climate"), icon: "thermometer", testId: "sub-climate", needs: "climate.read" },
    { to: "/alarms", label: t("air.nav.alarms"), icon: "bell", testId: "sub-alarms", needs: "alarm.read" },
    { to: "/units", label: t("air.nav.units"), icon: "airing", testId: "sub-units", needs: "climate.read" },
    { to: "/limits", label: t("air.nav.limits"), icon: "log", testId: "sub-limits", needs: "climate.read" },
    { to: "/replay", label: t("air.nav.replay"), icon: "turn", testId: "sub-replay", needs: "climate.read" },
    { to: "/alarm-load", label: t("air.nav.load"), icon: "table", testId: "sub-load", needs: "alarm.read" },
    { to: "/maintenance", label: t("air.nav.maintenance"), icon: "clock", testId: "sub-maintenance", needs: "alarm.read" },
    { to: "/alarm-settings", label: t("air.nav.settings"), icon: "person", testId: "sub-told", needs: "alarm.manage" },
  ];
  return <SubNav label={t("air.menu")} links={links.filter((one) => may(one.needs))} />;
}
