import { useTranslation } from "react-i18next";
import { useMay } from "../people/may";

/** What stands where a bank's state is missing: not known, or not for this post. */
export function useNoLive(): string {
  const { t } = useTranslation();
  return t(useMay()("live.read") ? "room.noLive" : "room.notShown");
}
