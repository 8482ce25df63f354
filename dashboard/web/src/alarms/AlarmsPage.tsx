/** Alarms: what needs somebody, who was told, and what was done about it. */

import { Alert, Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import "../i18n/steel";
import { call, path } from "../api/client";
import { useAlarms } from "../api/steelQueries";
import type { Alarm } from "../api/types";
import { exactMoment, momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { useRoomNames } from "../room/useRoomNames";
import { Dialog } from "../ui/Dialog";
import { Answer, Empty } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import { Tabs } from "../ui/Tabs";
import { useTell } from "../ui/Tell";
import { Tone, type ToneName } from "../ui/Tone";
import { type AlarmStanding, bankOf, doorOf, inOrder, standingOf } from "./alarm";
import { DoorActs } from "../doors/DoorActs";
import css from "./alarms.module.css";
import { Recipients } from "./Recipients";
import { Told } from "./Told";
import { alarmProblem, alarmWords, kindWords } from "./words";

export function AlarmsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const all = params.get("show") === "all";
  const wanted = params.get("id");
  const alarms = useAlarms(all || wanted !== null ? "all" : "open");
  const [knowing, setKnowing] = useState<Alarm | null>(null);
  return (
    <div className="page">
      <div>
        <h1>{t("alarms.title")}</h1>
        <p className="muted">{t("alarms.lead")}</p>
      </div>
      <Tabs
        label={t("alarms.show")}
        value={all || wanted !== null ? "all" : "open"}
        onChange={(value) => setParams(value === "all" ? { show: "all" } : {}, { replace: true })}
        tabs={[
          { value: "open", label: t("alarms.open") },
          { value: "all", label: t("alarms.all") },
        ]}
        testId="alarms-show"
      />
      <Answer of={alarms}>
        {(data) =>
          data.alarms.length === 0 ? (
            <section className="panel panel-pad">
              <Empty>{t(all ? "alarms.noneAll" : "alarms.none")}</Empty>
            </section>
          ) : (
            <ul className={css.alarms} data-testid="alarms">
              {inOrder(data.alarms).map((alarm) => (
                <AlarmCard
                  key={alarm.id}
                  alarm={alarm}
                  wanted={alarm.id === wanted}
                  onKnow={may("alarm.acknowledge") ? () => setKnowing(alarm) : null}
                />
              ))}
            </ul>
          )
        }
      </Answer>
      {may("alarm.manage") && <Recipients />}
      <Dialog opened={knowing !== null} onClose={() => setKnowing(null)} title={t("alarms.acknowledge")}>
        {knowing && <Acknowledge alarm={knowing} onDone={() => setKnowing(null)} />}
      </Dialog>
    </div>
  );
}

const ICON: Record<Alarm["priority"], IconName> = { high: "alert", medium: "bell", low: "clock" };
const TONE: Record<AlarmStanding, ToneName> = {
  unacknowledged: "refused",
  acknowledged: "moving",
  cleared: "moving",
  over: "plain",
};

const STANDING_ICON: Record<AlarmStanding, IconName> = {
  unacknowledged: "bell",
  acknowledged: "person",
  cleared: "check",
  over: "check",
};

type CardProps = { alarm: Alarm; wanted: boolean; onKnow: (() => void) | null };

function AlarmCard({ alarm, wanted, onKnow }: CardProps) {
  const { t } = useTranslation();
  const { acknowledged, cleared_at, priority, room } = alarm;
  const standing = standingOf(alarm);
  const bank = bankOf(alarm);
  const door = doorOf(alarm);
  const roomName = useRoomNames();
  return (
    <li
      className={`panel ${css.alarm}`}
      data-priority={priority}
      data-standing={standing}
      data-wanted={wanted || undefined}
      data-testid="alarm"
      data-kind={alarm.kind}
    >
      <Icon name={ICON[priority]} size={28} />
      <div className={css.words}>
        <div className="row">
          <h2>{kindWords(t, alarm.kind)}</h2>
          <Tone tone={priority === "high" ? "refused" : "plain"} icon={ICON[priority]}>
            {t(`alarms.priority.${priority}`)}
          </Tone>
          <Tone tone={TONE[standing]} icon={STANDING_ICON[standing]}>
            {t(`alarms.state.${standing}`)}
          </Tone>
        </div>
        <p data-testid="alarm-words">{alarmWords(t, alarm, roomName)}</p>
        <p className="muted">
          {t("alarms.raised", { when: exactMoment(alarm.raised_at) })}
          {cleared_at && ` · ${t("alarms.cleared", { when: exactMoment(cleared_at) })}`}
        </p>
        {acknowledged && (
          <p>
            {t("alarms.ackBy", { name: acknowledged.by, when: momentWords(acknowledged.at) })}
            {acknowledged.comment && ` · ${acknowledged.comment}`}
          </p>
        )}
        <Told told={alarm.told} />
      </div>
      <div className={css.acts}>
        {!acknowledged && onKnow && (
          <Button onClick={onKnow} data-testid="alarm-acknowledge">
            {t("alarms.acknowledge")}
          </Button>
        )}
        {room && bank !== null && (
          <Link className="link-row" to={`/shelving/${room}/${bank}`}>
            <Icon name="shelving" /> {t("alarms.toShelving")}
          </Link>
        )}
        {room && door !== null && <DoorActs room={room} door={door} />}
      </div>
    </li>
  );
}

function Acknowledge({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const roomName = useRoomNames();
  const [comment, setComment] = useState("");
  const know = useMutation({
    mutationFn: () => call("POST", path("alarms", alarm.id, "acknowledge"), { body: { comment: comment.trim() } }),
    onSuccess: () => {
      tell(t("alarms.acknowledged"));
      onDone();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["alarms"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    know.mutate();
  };
  return (
    <form className="form" onSubmit={submit} data-testid="acknowledge-form">
      <p>
        <strong>{kindWords(t, alarm.kind)}</strong> · {alarmWords(t, alarm, roomName)}
      </p>
      <p className="muted">{t("alarms.acknowledgeLong")}</p>
      <TextInput
        label={t("alarms.comment")}
        description={t("alarms.commentHint")}
        maxLength={300}
        data-autofocus
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        data-testid="acknowledge-comment"
      />
      {know.error && (
        <Alert color="red" variant="light" role="alert" data-testid="problem">
          {alarmProblem(t, know.error)}
        </Alert>
      )}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" loading={know.isPending} data-testid="acknowledge-yes">
          {t("alarms.acknowledge")}
        </Button>
      </div>
    </form>
  );
}
