/** The state of a box or file: icon and word, never colour alone. */

import { useTranslation } from "react-i18next";
import type { ItemState } from "../api/types";
import { Icon, type IconName } from "./icons";
import css from "./badge.module.css";

const ICON: Record<ItemState, IconName> = {
  in_place: "check",
  misplaced: "swap",
  desk: "desk",
  transit: "transit",
  lent: "person",
  unknown: "question",
};

export function StateBadge({ state }: { state: ItemState }) {
  const { t } = useTranslation();
  return (
    <span className={css.badge} data-state={state} data-testid={`state-${state}`}>
      <Icon name={ICON[state]} size={16} />
      {t(`common.state.${state}`)}
    </span>
  );
}
