/** The bounds of a profile as fields, to try others. */

import { useTranslation } from "react-i18next";
import { QUANTITIES, quantityName } from "../air/quantity";
import { BOUNDS } from "../limits/rules";
import type { Typed } from "./counts";
import css from "./replay.module.css";

type FieldsProps = { typed: Typed; wrong: boolean; onChange: (typed: Typed) => void };

export function BoundFields({ typed, wrong, onChange }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x">
      <table className="table" data-testid="replay-bounds">
        <thead>
          <tr>
            <th scope="col">{t("limits.what")}</th>
            {BOUNDS.map((one) => (
              <th key={one} scope="col">
                {t(`limits.bound.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Object.entries(typed).map(([quantity, fields]) => (
            <tr key={quantity}>
              <th scope="row">
                {quantityName(t, quantity)} {QUANTITIES[quantity]?.unit}
              </th>
              {BOUNDS.map((bound) => (
                <td key={bound}>
                  <input
                    className={css.bound}
                    type="text"
                    inputMode="decimal"
                    aria-label={`${quantityName(t, quantity)}, ${t(`limits.bound.${bound}`)}`}
                    value={fields[bound]}
                    onChange={(event) => onChange({ ...typed, [quantity]: { ...fields, [bound]: event.currentTarget.value } })}
                    data-testid={`bound-${quantity}-${bound}`}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={wrong ? css.wrong : "muted"} role="status">
        {t(wrong ? "replay.boundsWrong" : "replay.boundsHint")}
      </p>
    </div>
  );
}
