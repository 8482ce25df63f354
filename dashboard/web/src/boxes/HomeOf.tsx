/** Where a box belongs, asked for when it is shown. */

import { useTranslation } from "react-i18next";
import { useBox } from "../api/queries";
import { AddressWords } from "./PlaceLine";

export function HomeOf({ box }: { box: string }) {
  const { t } = useTranslation();
  const home = useBox(box).data?.home;
  if (home === undefined) return null;
  return home ? <AddressWords address={home.address} /> : <>{t("common.place.none")}</>;
}
