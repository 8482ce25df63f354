/** The columns of one bank as they stand now, with its table twin. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StampedLive } from "../api/queries";
import { useOccupancy } from "../api/queries";
import type { BankPlan, ColumnState, Plan, Quality } from "../api/types";
import { unreported } from "../room/geometry";
import { Legend, mapMeanings } from "../room/Legend";
import { bankLook } from "../room/look";
import { ReadAgo } from "../room/ReadAgo";
import { RoomMap } from "../room/RoomMap";
import { RoomTable } from "../room/RoomTable";
import { useColumnLabel } from "../room/useColumnLabel";
import { type Twin, TwinSwitch } from "../ui/TwinSwitch";
import { useNow } from "../ui/useNow";
import css from "./shelving.module.css";

type BankPictureProps = {
  plan: Plan;
  bank: BankPlan;
  live: StampedLive | undefined;
  /** What choosing a column does; `null` if nothing. */
  onColumn: ((column: number) => void) | null;
};

export function BankPicture({ plan, bank, live, onColumn }: BankPictureProps) {
  const { t } = useTranslation();
  const [twin, setTwin] = useState<Twin>("picture");
  const occupancy = useOccupancy(plan.room);
  const columnLabel = useColumnLabel(occupancy.data);
  const state = live?.banks.find((one) => one.bank === bank.bank);
  const look = bankLook(live, bank.bank, useNow());
  const read = worstRead(state?.columns ?? []);
  const choose = (_: number, column: number) => {
    if (!bank.fixed.includes(column)) onColumn?.(column);
  };
  return (
    <section className="panel panel-pad" aria-label={t("shelving.picture")}>
      <div className="row spread">
        <h2>{t("shelving.picture")}</h2>
        <TwinSwitch value={twin} onChange={setTwin} testId="bank-twin" />
      </div>
      {twin === "picture" ? (
        <div className={css.picture}>
          <RoomMap
            plan={plan}
            live={live}
            occupancy={occupancy.data}
            climate={undefined}
            overlay="none"
            focus={bank.bank}
            chosen={null}
            columnLabel={columnLabel}
            onColumn={choose}
            onBank={() => undefined}
          />
        </div>
      ) : (
        <RoomTable plan={plan} live={live} occupancy={occupancy.data} focus={bank.bank} onColumn={choose} />
      )}
      {onColumn && <p className={css.note}>{t("shelving.pictureHint")}</p>}
      {read && (
        <p className={css.note} data-testid="positions-read">
          {t("shelving.positionsRead")} <ReadAgo read={read} look={look} />
        </p>
      )}
      {unreported(state?.columns).size > 0 && (
        <p className={css.note} data-testid="unreported">
          {t("shelving.unreported")}
        </p>
      )}
      {twin === "picture" && <Legend of={mapMeanings(state ? [state] : [])} />}
    </section>
  );
}

const WORTH: readonly Quality[] = ["good", "stale", "bad_reply", "never_read"];

/** Of all columns the reading that is worth least, and of those the oldest. */
function worstRead(columns: readonly ColumnState[]): ColumnState | undefined {
  const rank = ({ quality, age_ms }: ColumnState) => (quality ? WORTH.indexOf(quality) * 1e9 : 0) + (age_ms ?? 0);
  return columns.reduce<ColumnState | undefined>((worst, one) => (worst && rank(worst) >= rank(one) ? worst : one), undefined);
}
