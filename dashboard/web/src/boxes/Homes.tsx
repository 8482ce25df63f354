/** Where a box belonged before, newest change first: from, to, by whom, and by which list. */

import { useTranslation } from "react-i18next";
import { useHomes } from "../api/queries";
import type { HomeChange } from "../api/types";
import { exactMoment } from "../i18n/format";
import { whoWords } from "../people/who";
import { Icon } from "../ui/icons";
import css from "./box.module.css";
import { HomeWords } from "./PlaceLine";

/** Nothing while the box belongs where it always did. */
export function Homes({ code }: { code: string }) {
  const { t } = useTranslation();
  const homes = useHomes(code).data?.homes ?? [];
  if (homes.length === 0) return null;
  return (
    <section className="panel panel-pad">
      <h2>{t("work.box.homes")}</h2>
      <ol className={css.timeline} data-testid="homes">
        {homes.map((change) => (
          <Step key={change.id} change={change} />
        ))}
      </ol>
    </section>
  );
}

function Step({ change }: { change: HomeChange }) {
  const { t } = useTranslation();
  return (
    <li>
      <span className={css.cause}>
        <Icon name={change.import_id === null ? "person" : "upload"} size={18} />
      </span>
      <div>
        <div className={css.move}>
          <span className="muted">
            <HomeWords address={change.from} />
          </span>
          <Icon name="arrowRight" size={16} />
          <strong>
            <HomeWords address={change.to} />
          </strong>
        </div>
        <div className={css.moveWhy}>
          <time dateTime={change.at}>{exactMoment(change.at)}</time>
          {" · "}
          {change.list === null ? t("work.box.cause.person") : t("work.box.byList", { list: change.list })}
          {" · "}
          {whoWords(t, change.by)}
        </div>
      </div>
    </li>
  );
}
