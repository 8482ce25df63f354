/** Says that the column a box stands on must not move, in whose name and why. */

import { useTranslation } from "react-i18next";
import type { Box } from "../api/types";
import { momentWords } from "../i18n/format";
import { Icon } from "../ui/icons";
import css from "./box.module.css";

export function LockedOut({ box }: { box: Box }) {
  const { t } = useTranslation();
  if (!box.locked_out) return null;
  const { column, actor, since, reason } = box.locked_out;
  return (
    <p className={css.lockedOut} role="status" data-testid="locked-out">
      <Icon name="noEntry" />
      {t("find.lockedOut", {
        column,
        name: actor,
        when: momentWords(since),
        reason: reason || t("find.lockedOutNoReason"),
      })}
    </p>
  );
}
