/** The menu of the room's devices: its steel, its readers, their bench, its door. */

import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { useMay } from "../people/may";
import { type SubLink, SubNav } from "../ui/SubNav";

export function DevicesNav({ room }: { room: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const ofBoxes: SubLink[] = [
    { to: `/bench/${room}`, under: "/bench", label: t("readers.nav.bench"), icon: "tag", testId: "sub-bench" },
  ];
  return (
    <SubNav
      label={t("readers.menu")}
      links={[
        { to: `/shelving/${room}`, under: "/shelving", label: t("readers.nav.shelving"), icon: "shelving", testId: "sub-shelving" },
        { to: `/readers/${room}`, under: "/readers", label: t("readers.nav.readers"), icon: "antenna", testId: "sub-readers" },
        ...(may("box.read") ? ofBoxes : []),
        { to: `/door/${room}`, under: "/door", label: t("readers.nav.door"), icon: "door", testId: "sub-door" },
      ]}
    />
  );
}
