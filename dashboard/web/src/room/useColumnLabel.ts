import { useTranslation } from "react-i18next";
import type { BankPlan, Occupancy } from "../api/types";

/** Word a column for those who do not see it: bank, number, fixed or movable, how full. */
export function useColumnLabel(occupancy: Occupancy | undefined) {
  const { t } = useTranslation();
  return (bank: BankPlan, column: number): string => {
    const what = t(bank.fixed.includes(column) ? "room.fixed" : "room.movable");
    const label = t("room.columnLabel", { bank: bank.bank, column, what });
    const full = occupancy?.columns.find((one) => one.bank === bank.bank && one.column === column);
    if (!full || full.length_mm === 0) return label;
    const pct = Math.round((100 * full.used_mm) / full.length_mm);
    return `${label}, ${t("room.occupancy", { pct, boxes: full.boxes })}`;
  };
}
