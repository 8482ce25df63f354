/** Chooses an aisle of a segment by the columns beside it; each shows whether it is open and who holds it. */

import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Plan, SegmentState } from "../api/types";
import { holdOf, openAisles } from "../room/look";
import css from "./shelving.module.css";

export function AislePicker({ plan, bank, segment, live, chosen, onChoose }: AislePickerProps) {
  const { t } = useTranslation();
  const name = useId();
  const of = plan.banks.find((one) => one.bank === bank)?.segments.find((one) => one.segment === segment.segment);
  const open = live && segment.phase !== "moving" ? openAisles(segment) : [];
  if (!of) return null;
  return (
    <fieldset className={css.aisles} data-testid="aisle-picker">
      <legend>{t("shelving.verbs.chooseAisle")}</legend>
      {of.aisles.map(({ aisle }) => {
        const holder = holdOf(segment, aisle)?.actor.name;
        const low = of.first - 1 + aisle;
        return (
          <label key={aisle} className={css.aisle} data-open={open.includes(aisle) || undefined}>
            <input
              type="radio"
              name={name}
              value={aisle}
              checked={chosen === aisle}
              onChange={() => onChoose(aisle)}
              data-testid={`aisle-${aisle}`}
            />
            <span>
              <strong>{t("room.aisle", { aisle })}</strong>
              <small>{besideWords(low, of, plan, bank)}</small>
              {open.includes(aisle) && <em>{holder ?? t("shelving.verbs.openNow")}</em>}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** "3 | 4" for the columns on either side; nothing stands where the bank ends. */
function besideWords(low: number, of: { first: number; last: number }, plan: Plan, bank: number): string {
  const columns = plan.banks.find((one) => one.bank === bank)?.columns ?? of.last;
  return `${low >= 1 ? low : "·"} | ${low + 1 <= columns ? low + 1 : "·"}`;
}

type AislePickerProps = {
  plan: Plan;
  bank: number;
  segment: SegmentState;
  /** Nothing old is ever shown as open. */
  live: boolean;
  chosen: number | null;
  onChoose: (aisle: number) => void;
};
