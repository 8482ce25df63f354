/** What is handed over at this moment; the first thing a desk wants to know. */

import { useTranslation } from "react-i18next";
import { useCheckouts } from "../api/queries";
import type { Checkout } from "../api/types";
import { momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { Answer } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import css from "./find.module.css";

export function LentNow({ onChoose }: { onChoose: (lent: Checkout) => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const checkouts = useCheckouts(may("box.read"));
  if (!may("box.read")) return null;
  return (
    <section className={css.lent} data-testid="lent-now">
      <h2>{t("find.lentNow")}</h2>
      <Answer of={checkouts}>
        {({ checkouts: list }) =>
          list.length === 0 ? (
            <p className="muted">{t("find.lentNone")}</p>
          ) : (
            <ul className={css.lentList}>
              {list.slice(0, 30).map((one) => (
                <li key={one.id}>
                  <LentRow lent={one} onChoose={() => onChoose(one)} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </section>
  );
}

function LentRow({ lent, onChoose }: { lent: Checkout; onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className={css.lentRow} onClick={onChoose}>
      <Icon name="person" />
      <span>
        <span className={css.lentPerson}>{lent.person}</span>{" "}
        <span className="muted">{t("common.place.since", { when: momentWords(lent.handed_at) })}</span>
        <span className={css.lentWhat}>
          {t(`common.kind.${lent.kind}`)} <span className="code">{lent.code}</span>
        </span>
      </span>
    </button>
  );
}
