/** What a clerk does about a reader that is away or badly plugged in: what happened, where, what to do. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { ReaderNow } from "../api/types";
import { sayIf } from "../i18n/say";
import { Icon } from "../ui/icons";
import { awayKey, meanwhile, type ReaderTone, unplugged } from "./look";
import css from "./readers.module.css";

export function ToDo({ reader, tone }: { reader: ReaderNow; tone: ReaderTone }) {
  const { t } = useTranslation();
  const loose = tone === "live" ? unplugged(reader.antennas) : [];
  if (tone === "live" && loose.length === 0) return null;
  return (
    <div className={css.todo} data-tone={tone} role="status" data-testid="reader-todo">
      <Icon name="alert" size={24} />
      <div>
        {tone === "offline" && <p data-testid="reader-why">{whyAway(t, reader)}</p>}
        <strong>{t("readers.todo.title")}</strong>
        <ul>
          {tone === "stale" && <li>{t("readers.todo.stale")}</li>}
          {tone === "offline" && <li>{whatToDo(t, reader)}</li>}
          {tone === "offline" && meanwhile(reader.antennas).map((one) => <li key={one}>{t(`readers.todo.${one}`)}</li>)}
          {loose.map((antenna) => (
            <li key={antenna}>{t("readers.todo.antenna", { antenna })}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Say what happened and where; a failure that has no words is told as one. */
function whyAway(t: TFunction, { id, address, offline_code }: ReaderNow): string {
  const params = { reader: id, address };
  return sayIf(t, "readers.why", awayKey(offline_code), params) ?? t("readers.why.failed", params);
}

/** Where looking at plugs does not help, it is the technician's, or the room computer's. */
function whatToDo(t: TFunction, { id, offline_code }: ReaderNow): string {
  return sayIf(t, "readers.mend", awayKey(offline_code), { reader: id }) ?? t("readers.todo.reader", { reader: id });
}
