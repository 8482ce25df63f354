/** Who was told of an alarm, and whether it arrived. */

import { useTranslation } from "react-i18next";
import type { AlarmTold } from "../api/types";
import { momentWords } from "../i18n/format";
import { Icon } from "../ui/icons";
import css from "./alarms.module.css";
import { messageError } from "./words";

/** What is held back was told to nobody for the reason that stands beside it. */
export function Told({ told, held }: { told: AlarmTold[]; held: boolean }) {
  const { t } = useTranslation();
  if (told.length === 0 && held) return null;
  if (told.length === 0) return <p className="muted">{t("alarms.toldNobody")}</p>;
  return (
    <details className={css.told} open={told.some((one) => one.ok === false)}>
      <summary>
        {t("alarms.told")} ({told.length})
      </summary>
      <ul>
        {told.map((one, index) => (
          <li key={index} data-ok={String(one.ok)} data-testid="told">
            <Icon name={one.ok === null ? "clock" : one.ok ? "check" : "alert"} size={17} />
            <span>
              {one.recipient} · {t(`alarms.channel.${one.channel}`)} · {t(`alarms.step.${one.step}`)} · <Outcome one={one} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Outcome({ one }: { one: AlarmTold }) {
  const { t } = useTranslation();
  if (one.ok === null) return <>{t("alarms.toldYet")}</>;
  if (one.ok) return <>{t("alarms.toldOk", { when: one.at ? momentWords(one.at) : "" })}</>;
  return (
    <>
      {t("alarms.toldNot", { why: messageError(t, one.error ?? "broken") })} (
      {t("alarms.toldTries", { count: one.attempts })})
    </>
  );
}
