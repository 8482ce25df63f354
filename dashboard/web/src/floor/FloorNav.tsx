/** The menu of the work at the shelves. */

import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { useMay } from "../people/may";
import { type SubLink, SubNav } from "../ui/SubNav";

export function FloorNav() {
  const { t } = useTranslation();
  const may = useMay();
  const links: (SubLink & { needs: string })[] = [
    { to: "/put-away", label: t("floor.nav.putAway"), icon: "putAway", testId: "sub-put-away", needs: "box.move" },
    { to: "/shelf-check", label: t("floor.nav.check"), icon: "check", testId: "sub-check", needs: "box.move" },
    { to: "/lists", label: t("floor.nav.lists"), icon: "list", testId: "sub-lists", needs: "box.read" },
    { to: "/pairings", label: t("floor.nav.pairings"), icon: "pair", testId: "sub-pairings", needs: "tag.write" },
    { to: "/labels", label: t("floor.nav.labels"), icon: "print", testId: "sub-labels", needs: "box.read" },
  ];
  return <SubNav label={t("floor.menu")} links={links.filter((one) => may(one.needs))} />;
}
