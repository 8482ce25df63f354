/** The doors of a room: what passed, which way, whether it might, and what the antennas heard. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/tags";
import { useDoors, usePassages } from "../api/tagQueries";
import type { DoorNow, Passage } from "../api/types";
import { exactMoment, spanWords } from "../i18n/format";
import { useMay } from "../people/may";
import { DevicesNav } from "../readers/DevicesNav";
import { useRoomOfPath } from "../room/useRoomOfPath";
import { itemPath } from "../scan/item";
import { Answer, Empty, Loading } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import { Tabs } from "../ui/Tabs";
import { Tone, type ToneName } from "../ui/Tone";
import css from "./doors.module.css";
import { doorName } from "./name";
import { type PassageVerdict, verdictOf } from "./passage";
import { Reads } from "./Reads";
import { Sounder } from "./Sounder";
import { soundOf } from "./sounding";

export function DoorsPage() {
  const { t } = useTranslation();
  const room = useRoomOfPath();
  const passages = usePassages(room);
  const doors = useDoors(room).data?.doors;
  const [onlyAlarms, setOnly] = useState(false);
  if (room === undefined) return <Loading />;
  return (
    <div className="page">
      <DevicesNav room={room} />
      <div>
        <h1>{t("doors.title")}</h1>
        <p className="muted">{t("doors.lead")}</p>
      </div>
      {doors && doors.length > 0 && (
        <ul className={`panel ${css.doors}`} data-testid="doors">
          {doors.map((door) => (
            <li key={door.door} data-sound={soundOf(door)} data-testid="door">
              <Icon name="door" />
              <strong>{doorName(t, door.door, doors)}</strong>
              {door.has_sounder ? <Sounder room={room} door={door} /> : <span className="muted">{t("doors.sound.none")}</span>}
            </li>
          ))}
        </ul>
      )}
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
                <PassageCard key={one.id} passage={one} doors={doors} />
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

function PassageCard({ passage, doors }: { passage: Passage; doors: DoorNow[] | undefined }) {
  const { t } = useTranslation();
  const may = useMay();
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
          {doorName(t, passage.door, doors)} · <time dateTime={passage.at}>{exactMoment(passage.at)}</time>
        </span>
      </div>
      <div>
        {item ? (
          <>
            <span className="muted">{t(`common.kind.${item.kind}`)}</span>{" "}
            {may("box.read") ? (
              <Link className="code" to={itemPath(item)}>
                {item.code}
              </Link>
            ) : (
              <span className="code">{item.code}</span>
            )}{" "}
            {item.title}
          </>
        ) : (
          t("doors.strange")
        )}{" "}
        <span className="code muted">{passage.epc}</span>
      </div>
      <div className="muted">
        {t("doors.sure", { pct: Math.min(99, Math.round(confidence * 100)) })}
        {alarmed &&
          ` · ${loans_age_s === null ? t("doors.loansNone") : t("doors.loansAge", { age: spanWords(t, loans_age_s) })}`}
      </div>
      <Reads passage={passage} />
    </li>
  );
}
