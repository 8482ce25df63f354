/** What a tag has been on, newest first. */

import { useTranslation } from "react-i18next";
import { useTag } from "../api/tagQueries";
import { momentWords } from "../i18n/format";
import { whoWords } from "../people/who";
import css from "./bench.module.css";
import { schemeName } from "./scheme";

export function TagPast({ epc }: { epc: string }) {
  const { t } = useTranslation();
  const tag = useTag(epc);
  if (!tag.data) return null;
  const { history, scheme } = tag.data;
  return (
    <details className={css.past} data-testid="tag-past">
      <summary>{t("bench.history")}</summary>
      {scheme && (
        <p>
          {schemeName(scheme.name, t)} <span className="code">{scheme.uri}</span>
        </p>
      )}
      {history.length === 0 ? (
        <p className="muted">{t("bench.noHistory")}</p>
      ) : (
        <ul>
          {history.map((one) => (
            <li key={`${one.since}${one.code}`}>
              <span className="code">{one.code}</span> {t("bench.from", { when: momentWords(one.since) })}
              {one.until && ` ${t("bench.until", { when: momentWords(one.until) })}`}
              {one.by && ` · ${whoWords(t, one.by)}`}
              {one.reason && ` · ${one.reason}`}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
