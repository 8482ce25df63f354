/** What was put on the shelf, the newest first, each with its result. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { HomeWords } from "../boxes/PlaceLine";
import { itemPath } from "../scan/item";
import { tagReason } from "../scan/problem";
import { Empty } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import css from "./floor.module.css";
import { type Put, verdictOf } from "./putAway";

const ICON = { ok: "check", unsure: "swap", wrong: "alert" } as const;

export function PutList({ puts }: { puts: Put[] }) {
  const { t } = useTranslation();
  return (
    <section className="panel panel-pad" aria-labelledby="put-list">
      <h2 id="put-list">
        {t("floor.put.list")} · {puts.length}
      </h2>
      {puts.length === 0 ? (
        <Empty>{t("floor.put.none")}</Empty>
      ) : (
        <ol className={css.list} data-testid="put-list">
          {puts.map(({ key, name, item, result }) => {
            const verdict = verdictOf(result);
            return (
              <li key={key} data-verdict={verdict} data-testid="put" data-code={name}>
                <Icon name={ICON[verdict]} size={24} />
                <Link className="code" to={itemPath(item)}>
                  {name}
                </Link>
                <span>
                  {verdict === "ok" && t("floor.put.home")}
                  {verdict === "unsure" && t("floor.put.misplaced")}
                  {verdict === "wrong" && tagReason(t, result.code ?? "unknown")}
                  {verdict === "unsure" && (
                    <>
                      {" · "}
                      {t("floor.put.belongs")} <HomeWords address={item.home} />
                    </>
                  )}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
