/** The table twin of the map: the same banks, aisles and columns, in rows. */

import { useTranslation } from "react-i18next";
import type { StampedLive } from "../api/queries";
import type { BankPlan, Occupancy, Plan } from "../api/types";
import { agoWords, languageNow, momentWords } from "../i18n/format";
import { useNow } from "../ui/useNow";
import { gapsOf, unreported } from "./geometry";
import { aisleTone, bankLook, holdsOf } from "./look";
import { useSegmentWords } from "./MapAisle";
import { ReadAgo } from "./ReadAgo";
import css from "./room.module.css";
import { useNoLive } from "./useNoLive";
import { usePlaces } from "./usePlaces";

export function RoomTable({ plan, live, occupancy, focus, onColumn }: RoomTableProps) {
  const { t } = useTranslation();
  const banks = plan.banks.filter((bank) => focus === null || bank.bank === focus);
  const room = plan.name[languageNow()];
  return (
    <div className={css.tableScroll} tabIndex={0} role="region" aria-label={t("room.mapLabel", { room })}>
      <SegmentsTable banks={banks} live={live} />
      <table className="table" data-testid="room-table">
        <caption>{t("room.table.caption", { room })}</caption>
        <thead>
          <tr>
            <th>{t("room.table.column")}</th>
            <th>{t("room.table.kind")}</th>
            <th className="num">{t("room.table.position")}</th>
            <th>{t("room.table.read")}</th>
            <th>{t("room.table.gap")}</th>
            <th className="num">{t("room.table.full")}</th>
            <th className="num">{t("room.table.boxes")}</th>
          </tr>
        </thead>
        <tbody>
          {banks.flatMap((bank) => (
            <ColumnRows key={bank.bank} bank={bank} live={live} occupancy={occupancy} onColumn={onColumn} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RoomTableProps = {
  plan: Plan;
  live: StampedLive | undefined;
  occupancy: Occupancy | undefined;
  focus: number | null;
  onColumn: (bank: number, column: number) => void;
};

function SegmentsTable({ banks, live }: { banks: BankPlan[]; live: StampedLive | undefined }) {
  const { t } = useTranslation();
  const words = useSegmentWords();
  const noLive = useNoLive();
  const now = useNow();
  return (
    <table className="table">
      <caption>{t("room.table.states")}</caption>
      <thead>
        <tr>
          <th>{t("room.table.segment")}</th>
          <th>{t("room.table.state")}</th>
          <th>{t("room.table.held")}</th>
          <th>{t("room.table.heard")}</th>
        </tr>
      </thead>
      <tbody>
        {banks.flatMap((bank) => {
          const look = bankLook(live, bank.bank, now);
          const state = live?.banks.find((one) => one.bank === bank.bank);
          return bank.segments.map(({ segment }) => {
            const of = state?.segments.find((one) => one.segment === segment);
            return (
              <tr key={`${bank.bank}-${segment}`}>
                <td>
                  {t("room.bank", { bank: bank.bank })}
                  {bank.segments.length > 1 && ` · ${t("room.segment", { segment })}`}
                </td>
                <td>{of ? words(of, aisleTone(look, of)) : noLive}</td>
                <td>
                  {(of ? holdsOf(of) : [])
                    .map(({ actor, since }) => t("room.heldBy", { name: actor.name, when: momentWords(since) }))
                    .join(" · ")}
                </td>
                <td>{live && (look.age_s === null ? t("common.age.never") : agoWords(t, look.age_s))}</td>
              </tr>
            );
          });
        })}
      </tbody>
    </table>
  );
}

type ColumnRowsProps = Pick<RoomTableProps, "live" | "occupancy" | "onColumn"> & { bank: BankPlan };

function ColumnRows({ bank, live, occupancy, onColumn }: ColumnRowsProps) {
  const { t } = useTranslation();
  const noLive = useNoLive();
  const state = live?.banks.find((one) => one.bank === bank.bank);
  const look = bankLook(live, bank.bank, useNow());
  const positions = usePlaces(bank, state?.columns);
  const silent = unreported(state?.columns);
  const gaps = state ? gapsOf(bank, positions) : [];
  return Array.from(positions, ([column, at_mm]) => {
    const beside = gaps.find(
      (gap) => gap.from_mm === at_mm + bank.column_width_mm || gap.to_mm === at_mm,
    );
    const full = occupancy?.columns.find((one) => one.bank === bank.bank && one.column === column);
    return (
      <tr key={column}>
        <td>
          <button type="button" className={css.linkButton} onClick={() => onColumn(bank.bank, column)}>
            {t("room.bank", { bank: bank.bank })} {t("room.column", { column })}
          </button>
        </td>
        <td>{t(bank.fixed.includes(column) ? "room.fixed" : "room.movable")}</td>
        <td className="num">{state ? `${Math.round(at_mm)} mm` : noLive}
          {silent.has(column) && <div className="muted">{t("room.unreported")}</div>}</td>
        <td>
          <ReadAgo read={state?.columns.find((one) => one.column === column) ?? {}} look={look} />
        </td>
        <td>{beside ? t("room.aisle", { aisle: beside.aisle }) : ""}</td>
        <td className="num">
          {full && full.length_mm > 0 ? `${Math.round((100 * full.used_mm) / full.length_mm)} %` : ""}
        </td>
        <td className="num">{full?.boxes ?? ""}</td>
      </tr>
    );
  });
}
