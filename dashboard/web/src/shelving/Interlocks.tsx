/** Every interlock of a segment: what it says, who sees it, how old the reading is. */

import { useTranslation } from "react-i18next";
import type { Check, Interlock } from "../api/types";
import { interlockName } from "../i18n/codes";
import { figure, spanWords } from "../i18n/format";
import { say } from "../i18n/say";
import type { BankLook } from "../room/look";
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
                  <ReadAgo age_ms={one.age_ms} look={look} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The age of a reading: what it was when it was told, and how long that is ago once the bank is silent. */
function ReadAgo({ age_ms, look }: { age_ms: number | null; look: BankLook }) {
  const { t } = useTranslation();
  if (age_ms === null) return <>–</>;
  const since_s = look.tone === "live" ? 0 : (look.age_s ?? 0);
  const age_s = age_ms / 1000 + since_s;
  const age = age_s < 10 ? say(t, "common.age.span_s", { count: figure(age_s) }) : spanWords(t, age_s);
  return <>{t("shelving.interlocks.ago", { age })}</>;
}
