/** What the colours of map and face mean; one colour means one thing everywhere. */

import { useTranslation } from "react-i18next";
import css from "./room.module.css";

const MAP_MEANINGS = ["open", "moving", "airing", "refused", "stale", "unreported", "target"] as const;
export const FACE_MEANINGS = ["inPlace", "out", "misplaced", "unknown", "target"] as const;
type Meaning = (typeof MAP_MEANINGS)[number] | (typeof FACE_MEANINGS)[number];

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
