/** One alarm: what it is in a sentence, how it stands, who has it in hand, and what can be done. */

import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Alarm } from "../api/types";
import { DoorActs } from "../doors/DoorActs";
import { exactMoment, momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { Icon, type IconName } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { type AlarmStanding, bankOf, doorOf, standingOf, wantsNote } from "./alarm";
import { AlarmPast } from "./AlarmPast";
import css from "./alarms.module.css";
import { HeldBy } from "./HeldBy";
import { type Act, actsOf } from "./list";
import { RuleLink } from "./RuleLink";
import { Told } from "./Told";
import { type AlarmNames, alarmWords, kindWords } from "./words";

const ICON: Record<Alarm["priority"], IconName> = { high: "alert", medium: "bell", low: "clock" };
const TONE: Record<AlarmStanding, ToneName> = {
  unacknowledged: "refused",
  acknowledged: "moving",
  cleared: "moving",
  to_reset: "moving",
  shelved: "stale",
  suppressed: "stale",
  out_of_service: "stale",
  over: "plain",
};
const STANDING_ICON: Record<AlarmStanding, IconName> = {
  unacknowledged: "bell",
  acknowledged: "person",
  cleared: "check",
  to_reset: "turn",
  shelved: "sleep",
  suppressed: "pair",
  out_of_service: "noEntry",
  over: "check",
};

/** The place of an alarm on the page. */
export const cardId = (id: string) => `alarm-${id}`;

type CardProps = {
  alarm: Alarm;
  names: AlarmNames;
  wanted: boolean;
  marked: boolean;
  onMark: () => void;
  onAct: (act: Act) => void;
};

export function AlarmCard({ alarm, names, wanted, marked, onMark, onAct }: CardProps) {
  const { t } = useTranslation();
  const may = useMay();
  const { priority } = alarm;
  const standing = standingOf(alarm);
  const title = kindWords(t, alarm.kind);
  const words = alarmWords(t, alarm, names);
  return (
    <li
      id={cardId(alarm.id)}
      tabIndex={-1}
      className={`panel ${css.alarm}`}
      data-priority={priority}
      data-standing={standing}
      data-wanted={wanted || undefined}
      data-testid="alarm"
      data-kind={alarm.kind}
    >
      {wantsNote(alarm) && may("alarm.acknowledge") ? (
        <label className={css.mark}>
          <input
            type="checkbox"
            checked={marked}
            onChange={onMark}
            aria-label={t("alarmList.mark", { what: words })}
            data-testid="alarm-mark"
          />
        </label>
      ) : (
        <span className={css.mark} />
      )}
      <div className={css.words}>
        <div className="row">
          <h3>{title}</h3>
          <Tone tone={priority === "high" ? "refused" : "plain"} icon={ICON[priority]}>
            {t(`alarms.priority.${priority}`)}
          </Tone>
          <Tone tone={TONE[standing]} icon={STANDING_ICON[standing]} testId="alarm-standing">
            {t(`alarms.state.${standing === "suppressed" && alarm.suppressed_by?.window ? "window" : standing}`)}
          </Tone>
        </div>
        <p className={css.sentence} data-testid="alarm-words">
          {words}
        </p>
        <RoomNotes alarm={alarm} />
        <Times alarm={alarm} />
        <HeldBy alarm={alarm} />
        <div className={css.foot}>
          <RuleLink alarm={alarm} />
          <AlarmPast alarm={alarm} />
          <Told told={alarm.told} held={(alarm.suppressed_by ?? alarm.shelved ?? alarm.out_of_service) !== null} />
        </div>
      </div>
      <Acts alarm={alarm} onAct={onAct} />
    </li>
  );
}

/** What the room's program noted of a device that is away: no answer, another's, no sensor. */
function RoomNotes({ alarm: { kind, params } }: { alarm: Alarm }) {
  if (kind !== "shelving.device_down" || typeof params.why !== "string") return null;
  return (
    <p className="muted" data-testid="alarm-why">
      {params.why}
    </p>
  );
}

function Times({ alarm }: { alarm: Alarm }) {
  const { t } = useTranslation();
  const { acknowledged, cleared_at, returned_at, assignee } = alarm;
  return (
    <>
      <p className="muted">
        {[
          t("alarmList.since", { when: exactMoment(alarm.since) }),
          cleared_at && t("alarmList.ended", { when: exactMoment(cleared_at) }),
          !cleared_at && returned_at && t("alarmList.returned", { when: exactMoment(returned_at) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {acknowledged && (
        <p>
          {t("alarms.ackBy", { name: acknowledged.by, when: momentWords(acknowledged.at) })}
          {acknowledged.comment && ` · ${acknowledged.comment}`}
        </p>
      )}
      {assignee && (
        <p className={css.with} data-testid="alarm-assignee">
          <Icon name="person" size={17} /> {t("alarmList.assignee", { name: assignee })}
        </p>
      )}
    </>
  );
}

/** The next step as a button, the others behind one; and where the alarm leads. */
function Acts({ alarm, onAct }: { alarm: Alarm; onAct: (act: Act) => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { room } = alarm;
  const bank = bankOf(alarm);
  const door = doorOf(alarm);
  const acts = actsOf(alarm, may);
  const isStep = (act: Act) => act === "acknowledge" || act === "reset" || act === "unshelve" || act === "return";
  const steps = acts.filter(isStep);
  const others = acts.filter((act) => !isStep(act));
  return (
    <div className={css.acts}>
      {steps.map((act) => (
        <Button key={act} onClick={() => onAct(act)} data-testid={`alarm-${act}`}>
          {t(`alarmList.act.${act}`)}
        </Button>
      ))}
      {others.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button variant="default" rightSection={<Icon name="chevron" size={16} />} data-testid="alarm-more">
              {t("alarmList.more")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((act) => (
              <Menu.Item key={act} className={css.menuItem ?? ""} onClick={() => onAct(act)} data-testid={`alarm-${act}`}>
                {t(`alarmList.act.${act}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {room && bank !== null && may("live.read") && (
        <Link className="link-row" to={`/shelving/${room}/${bank}`}>
          <Icon name="shelving" /> {t("alarms.toShelving")}
        </Link>
      )}
      {room && door !== null && <DoorActs room={room} door={door} />}
    </div>
  );
}
