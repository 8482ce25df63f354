/** How many alarms nobody has acknowledged yet, in sight on every screen. */

import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { useAlarms } from "../api/steelQueries";
import { Icon } from "../ui/icons";
import css from "../ui/shell.module.css";
import { unacknowledged } from "./alarm";

export function AlarmBell() {
  const { t } = useTranslation();
  const alarms = useAlarms("open");
  const count = unacknowledged(alarms.data?.alarms ?? []);
  const label = count === 0 ? t("common.bell.none") : t("common.bell.some", { count });
  return (
    <NavLink
      to="/alarms"
      className={css.bell ?? ""}
      aria-label={label}
      title={label}
      data-count={count}
      data-testid="alarm-bell"
    >
      <Icon name="bell" size={22} />
      {count > 0 && <span aria-hidden="true">{count}</span>}
    </NavLink>
  );
}
