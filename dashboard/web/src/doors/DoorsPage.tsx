/** The doors of a room: what passed, which way, whether it might, and what the antennas heard. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/tags";
import { usePassages } from "../api/tagQueries";
import type { Passage } from "../api/types";
import { exactMoment, spanWords } from "../i18n/format";
import { doorWords } from "../readers/Covers";
import { DevicesNav } from "../readers/DevicesNav";
import { useRoomOfPath } from "../room/useRoomOfPath";
import { itemPath } from "../scan/item";
import { Answer, Empty, Loading } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import { Tabs } from "../ui/Tabs";
import { Tone, type ToneName } from "../ui/Tone";
import css from "./doors.module.css";
import { type PassageVerdict, verdictOf } from "./passage";
import { Reads } from "./Reads";

export function DoorsPage() {
  const { t } = useTranslation();
  const room = useRoomOfPath();
  const passages = usePassages(room);
  const [onlyAlarms, setOnly] = useState(false);
  if (room === undefined) return <Loading />;
  return (
    <div className="page">
      <DevicesNav room={room} />
      <div>
        <h1>{t("doors.title")}</h1>
        <p className="muted">{t("doors.lead")}</p>
      </div>
      <Tabs
        label={t("doors.show")}
        value={onlyAlarms ? "alarms" : "all"}
        onChange={(value) => setOnly(value === "alarms")}
        tabs={[
          { value: "all", label: t("doors.all") },
          { value: "alarms", label: t("doors.onlyAlarms") },
        ]}
        testId="doors-show"
      />
      <Answer of={passages}>
        {({ passages: list }) => {
          const shown = onlyAlarms ? list.filter((one) => one.alarmed) : list;
          if (shown.length === 0) {
            return (
              <section className="panel panel-pad">
                <Empty>{t("doors.none")}</Empty>
              </section>
            );
          }
          return (
            <ul className={css.passages} data-testid="passages">
              {shown.map((one) => (
                <PassageCard key={one.id} passage={one} />
              ))}
            </ul>
          );
        }}
      </Answer>
    </div>
  );
}

const TONE: Record<PassageVerdict, [ToneName, IconName]> = {
  alarmed: ["refused", "alert"],
  allowed: ["open", "check"],
  coming: ["plain", "arrowLeft"],
  unknown: ["stale", "question"],
  unsure: ["stale", "question"],
};
const ARROW = { out: "arrowRight", in: "arrowLeft", unsure: "question" } as const;

function PassageCard({ passage }: { passage: Passage }) {
  const { t } = useTranslation();
  const { item, direction, confidence, loans_age_s, alarmed } = passage;
  const verdict = verdictOf(passage);
  const [tone, icon] = TONE[verdict];
  return (
    <li className={`panel ${css.passage}`} data-verdict={verdict} data-testid="passage">
      <div className="row spread">
        <div className="row">
          <Tone tone={tone} icon={icon}>
            {t(`doors.verdict.${verdict}`)}
          </Tone>
          <span className="row">
            <Icon name={ARROW[direction]} size={18} /> {t(`doors.direction.${direction}`)}
          </span>
        </div>
        <span className="muted">
          {doorWords(t, passage.door) ?? passage.door} · <time dateTime={passage.at}>{exactMoment(passage.at)}</time>
        </span>
      </div>
      <div>
        {item ? (
          <>
            <span className="muted">{t(`common.kind.${item.kind}`)}</span>{" "}
            <Link className="code" to={itemPath(item)}>
              {item.code}
            </Link>{" "}
            {item.title}
          </>
        ) : (
          t("doors.strange")
        )}{" "}
        <span className="code muted">{passage.epc}</span>
      </div>
      <div className="muted">
        {t("doors.sure", { pct: Math.round(confidence * 100) })}
        {alarmed &&
          ` · ${loans_age_s === null ? t("doors.loansNone") : t("doors.loansAge", { age: spanWords(t, loans_age_s) })}`}
      </div>
      <Reads passage={passage} />
    </li>
  );
}
