/** Alarms under the zones they came of, or in one row, the most urgent first. */

import { useTranslation } from "react-i18next";
import type { Alarm } from "../api/types";
import { inOrder } from "./alarm";
import { AlarmCard } from "./AlarmCard";
import css from "./alarms.module.css";
import { type Act, byZone, type Group } from "./list";
import type { AlarmNames } from "./words";

type GroupsProps = {
  alarms: Alarm[];
  grouped: boolean;
  names: AlarmNames;
  wanted: string | null;
  marked: ReadonlySet<string>;
  onMark: (id: string) => void;
  onAct: (alarm: Alarm, act: Act) => void;
};

export function AlarmGroups({ alarms, grouped, ...rest }: GroupsProps) {
  if (!grouped) return <Cards alarms={inOrder(alarms)} {...rest} />;
  return (
    <>
      {byZone(alarms).map((group) => (
        <section key={group.key} className={css.group} data-testid="alarm-group">
          <GroupHead group={group} names={rest.names} />
          <Cards alarms={group.alarms} {...rest} />
        </section>
      ))}
    </>
  );
}

function GroupHead({ group, names }: { group: Group; names: AlarmNames }) {
  const { t } = useTranslation();
  return (
    <div className="row">
      <h2>
        {group.zone ? groupName(group, names) : [groupName(group, names), t("air.notZone")].filter(Boolean).join(" · ")}
      </h2>
      <span className="muted">{t("alarmList.zoneCount", { all: group.alarms.length, waiting: group.waiting })}</span>
    </div>
  );
}

function groupName({ room, zone }: Group, names: AlarmNames): string {
  const parts = [room ? names.room(room) : "", zone ? names.zone(room ?? "", zone) : ""];
  return parts.filter(Boolean).join(" · ");
}

function Cards({ alarms, names, wanted, marked, onMark, onAct }: Omit<GroupsProps, "grouped">) {
  return (
    <ul className={css.alarms} data-testid="alarms">
      {alarms.map((alarm) => (
        <AlarmCard
          key={alarm.id}
          alarm={alarm}
          names={names}
          wanted={alarm.id === wanted}
          marked={marked.has(alarm.id)}
          onMark={() => onMark(alarm.id)}
          onAct={(act) => onAct(alarm, act)}
        />
      ))}
    </ul>
  );
}
