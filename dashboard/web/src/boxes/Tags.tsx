/** The tags of a box or file: the one it carries, and those before, with who changed them and why. */

import { useTranslation } from "react-i18next";
import type { ItemTag } from "../api/types";
import { momentWords } from "../i18n/format";
import { whoWords } from "../people/who";
import { Empty } from "../ui/Feedback";
import { Tone } from "../ui/Tone";

export function Tags({ tags, epc }: { tags: ItemTag[] | undefined; epc: string | null }) {
  const { t } = useTranslation();
  return (
    <section className="panel panel-pad" data-testid="tags">
      <h2>{t("work.box.tags")}</h2>
      {tags === undefined ? (
        <p className="code">{epc ?? t("work.box.noTags")}</p>
      ) : tags.length === 0 ? (
        <Empty>{t("work.box.noTags")}</Empty>
      ) : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t("work.box.tags")}>
          <table className="table">
            <thead>
              <tr>
                <th>{t("work.box.epc")}</th>
                <th>{t("work.box.from")}</th>
                <th>{t("work.box.to")}</th>
                <th>{t("work.box.by")}</th>
              </tr>
            </thead>
            <tbody>
              {tags.map((tag) => (
                <tr key={`${tag.epc}${tag.since}`} data-testid="tag" data-current={tag.until === null || undefined}>
                  <td className="code">{tag.epc}</td>
                  <td className="nowrap">{momentWords(tag.since)}</td>
                  <td>
                    {tag.until === null ? (
                      <Tone tone="open" icon="tag">
                        {t("work.box.tagNow")}
                      </Tone>
                    ) : (
                      <>
                        <span className="nowrap">{momentWords(tag.until)}</span>
                        {tag.reason && <div className="muted">{tag.reason}</div>}
                      </>
                    )}
                  </td>
                  <td>{tag.by ? whoWords(t, tag.by) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
