/** Asks for what an act needs, says what it does, and does it. */

import { Alert, Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { siteMoment } from "../air/when";
import type { Alarm } from "../api/types";
import { momentWords } from "../i18n/format";
import { useMe } from "../people/useMe";
import { Dialog } from "../ui/Dialog";
import { useTell } from "../ui/Tell";
import type { Act } from "./list";
import { useAlarmAct, useCarers } from "./useAlarmList";
import { type AlarmNames, alarmProblem, alarmWords, kindWords, minutesWords, whereWords } from "./words";

const SPANS_MIN = [30, 60, 240, 480, 1440, 3 * 1440, 7 * 1440] as const;
const USUAL_MIN = 240;
const MINUTE_MS = 60_000;

type Filled = { comment: string; reason: string; minutes: number; until: string; user: string };
type DialogProps = { alarm: Alarm; act: Act; names: AlarmNames; onClose: () => void };

export function ActDialog({ alarm, act, names, onClose }: DialogProps) {
  const { t } = useTranslation();
  const me = useMe();
  const tell = useTell();
  const [filled, fill] = useState<Filled>({ comment: "", reason: "", minutes: USUAL_MIN, until: "", user: me?.id ?? "" });
  const change = (part: Partial<Filled>) => fill((old) => ({ ...old, ...part }));
  const doing = useAlarmAct(alarm.id, act, () => {
    tell(t(`alarmList.done.${act}`));
    onClose();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    doing.mutate(bodyOf(act, filled));
  };
  return (
    <Dialog opened onClose={onClose} title={t(`alarmList.title.${act}`)}>
      <form className="form" onSubmit={submit} data-testid={`${act}-form`}>
        <p>
          <strong>{kindWords(t, alarm.kind)}</strong> · {alarmWords(t, alarm, names)}
        </p>
        <p className="muted">{t(`alarmList.long.${act}`, { subject: whereWords(alarm, names) })}</p>
        <Fields act={act} filled={filled} change={change} />
        {doing.error && (
          <Alert color="red" variant="light" role="alert" data-testid="problem">
            {alarmProblem(t, doing.error)}
          </Alert>
        )}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.do.cancel")}
          </Button>
          <Button type="submit" loading={doing.isPending} data-testid={`${act}-yes`}>
            {t(`alarmList.act.${act}`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What is posted with an act. */
export function bodyOf(act: Act, { comment, reason, minutes, until, user }: Filled): object | undefined {
  switch (act) {
    case "acknowledge":
      return { comment: comment.trim() };
    case "shelve":
      return { minutes, reason: reason.trim() };
    case "take_out":
      return { reason: reason.trim(), until: siteMoment(until) };
    case "assign":
      return { user: user || null };
    default:
      return undefined;
  }
}

type FieldsProps = { act: Act; filled: Filled; change: (part: Partial<Filled>) => void };

function Fields({ act, filled, change }: FieldsProps) {
  const { t } = useTranslation();
  switch (act) {
    case "acknowledge":
      return (
        <TextInput
          label={t("alarms.comment")}
          description={t("alarms.commentHint")}
          maxLength={300}
          data-autofocus
          value={filled.comment}
          onChange={(event) => change({ comment: event.currentTarget.value })}
          data-testid="acknowledge-comment"
        />
      );
    case "shelve":
      return (
        <>
          <Reason filled={filled} change={change} />
          <NativeSelect
            size="md"
            label={t("alarmList.howLong")}
            description={t("alarmList.untilWhen", { when: momentWords(new Date(Date.now() + filled.minutes * MINUTE_MS).toISOString()) })}
            value={String(filled.minutes)}
            onChange={(event) => change({ minutes: Number(event.currentTarget.value) })}
            data={SPANS_MIN.map((one) => ({ value: String(one), label: minutesWords(t, one) }))}
            data-testid="shelve-minutes"
          />
        </>
      );
    case "take_out":
      return (
        <>
          <Reason filled={filled} change={change} />
          <TextInput
            type="datetime-local"
            label={t("alarmList.until")}
            description={t("alarmList.untilHint")}
            value={filled.until}
            onChange={(event) => change({ until: event.currentTarget.value })}
            data-testid="act-until"
          />
        </>
      );
    case "assign":
      return <Who filled={filled} change={change} />;
    default:
      return null;
  }
}

function Reason({ filled, change }: Omit<FieldsProps, "act">) {
  const { t } = useTranslation();
  return (
    <Textarea
      size="md"
      label={t("alarmList.reason")}
      description={t("alarmList.reasonHint")}
      required
      minLength={3}
      maxLength={300}
      data-autofocus
      value={filled.reason}
      onChange={(event) => change({ reason: event.currentTarget.value })}
      data-testid="act-reason"
    />
  );
}

function Who({ filled, change }: Omit<FieldsProps, "act">) {
  const { t } = useTranslation();
  const me = useMe();
  const people = useCarers(true).data?.people ?? [];
  const others = people.filter((one) => one.id !== me?.id);
  const self = me ? [{ value: me.id, label: t("alarmList.me", { name: me.name }) }] : [];
  return (
    <NativeSelect
      size="md"
      label={t("alarmList.who")}
      data-autofocus
      value={filled.user}
      onChange={(event) => change({ user: event.currentTarget.value })}
      data={[...self, ...others.map((one) => ({ value: one.id, label: one.name })), { value: "", label: t("alarmList.noPerson") }]}
      data-testid="assign-who"
    />
  );
}
