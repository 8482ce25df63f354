/** What the colours of map and face mean; one colour means one thing everywhere. */

import { useTranslation } from "react-i18next";
import type { BankState } from "../api/types";
import css from "./room.module.css";

const MAP_MEANINGS = ["open", "moving", "refused", "stale", "target"] as const;
export const FACE_MEANINGS = ["inPlace", "out", "misplaced", "unknown", "target"] as const;
type Meaning = (typeof MAP_MEANINGS)[number] | (typeof FACE_MEANINGS)[number] | "airing" | "unreported";

/** What the map shows now, with those meanings that are seldom needed. */
export function mapMeanings(banks: readonly BankState[]): Meaning[] {
  const airs = banks.some((bank) => bank.segments.some((one) => one.phase === "ventilating"));
  const hides = banks.some((bank) => bank.columns.some((one) => one.position_mm === null));
  return [...MAP_MEANINGS, ...(airs ? (["airing"] as const) : []), ...(hides ? (["unreported"] as const) : [])];
}

export function Legend({ of = MAP_MEANINGS }: { of?: readonly Meaning[] }) {
  const { t } = useTranslation();
  return (
    <ul className={css.legend} aria-label={t("room.legend.label")}>
      {of.map((meaning) => (
        <li key={meaning}>
          <span className={css.swatch} data-meaning={meaning} />
          {t(`room.legend.${meaning}`)}
        </li>
      ))}
    </ul>
  );
}
