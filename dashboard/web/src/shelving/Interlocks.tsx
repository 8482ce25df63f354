/** Every interlock of a segment: what it says, who sees it, how old the reading is and what it is worth. */

import { useTranslation } from "react-i18next";
import type { Check, Interlock } from "../api/types";
import { interlockName } from "../i18n/codes";
import type { BankLook } from "../room/look";
import { ReadAgo } from "../room/ReadAgo";
import { Tone, type ToneName } from "../ui/Tone";
import css from "./shelving.module.css";

const TONE: Record<Check, ToneName> = { safe: "open", unsafe: "refused", unknown: "stale" };
const ICON = { safe: "check", unsafe: "alert", unknown: "question" } as const;

export function Interlocks({ interlocks, look }: { interlocks: Interlock[]; look: BankLook }) {
  const { t } = useTranslation();
  const live = look.tone === "live";
  return (
    <section className="panel panel-pad">
      <h2>{t("shelving.interlocks.title")}</h2>
      <p className="muted">{t("shelving.interlocks.lead")}</p>
      {interlocks.length === 0 ? (
        <p className="empty muted">{t("shelving.interlocks.none")}</p>
      ) : (
        <table className={`table ${css.interlocks}`} data-testid="interlocks" data-old={!live || undefined}>
          <thead>
            <tr>
              <th>{t("shelving.interlocks.name")}</th>
              <th>{t("shelving.interlocks.says")}</th>
              <th>{t("shelving.interlocks.seen")}</th>
              <th className="num">{t("shelving.interlocks.age")}</th>
            </tr>
          </thead>
          <tbody>
            {interlocks.map((one) => (
              <tr key={one.name} data-check={one.check} data-seen-by={one.seen_by} data-testid={`interlock-${one.name}`}>
                <td>{interlockName(t, one.name)}</td>
                <td>
                  <Tone tone={live ? TONE[one.check] : "stale"} icon={ICON[one.check]}>
                    {t(`motion.check.${one.check}`)}
                  </Tone>
                </td>
                <td>{t(`shelving.interlocks.by.${one.seen_by}`)}</td>
                <td className="num">
                  <ReadAgo read={one} look={look} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
