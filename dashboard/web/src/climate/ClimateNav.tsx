/** The two menus of the climate's pages: the facility manager's, and below it the climate's own. */

import { useTranslation } from "react-i18next";
import "../i18n/climate";
import { AirNav } from "../air/AirNav";
import { useMay } from "../people/may";
import { type SubLink, SubNav } from "../ui/SubNav";

export function ClimateNav() {
  const { t } = useTranslation();
  const may = useMay();
  const manages: SubLink[] = [
    { to: "/climate/loggers", label: t("zones.nav.loggers"), icon: "upload", testId: "climate-loggers" },
  ];
  return (
    <>
      <AirNav />
      <SubNav
        label={t("zones.menu")}
        links={[
          { to: "/climate", alone: true, label: t("zones.nav.now"), icon: "thermometer", testId: "climate-now" },
          { to: "/climate/figures", label: t("zones.nav.figures"), icon: "table", testId: "climate-figures" },
          { to: "/climate/calibration", label: t("zones.nav.calibration"), icon: "check", testId: "climate-calibration" },
          ...(may("climate.manage") ? manages : []),
          { to: "/climate/book", label: t("zones.nav.book"), icon: "log", testId: "climate-book" },
        ]}
      />
    </>
  );
}
