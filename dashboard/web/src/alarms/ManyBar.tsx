/** Acknowledges several alarms in the same words; what could not be is said one by one. */

import { Alert, Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/client";
import type { Alarm } from "../api/types";
import { Dialog } from "../ui/Dialog";
import { useTell } from "../ui/Tell";
import css from "./alarms.module.css";
import { type ManyResult, useAcknowledgeMany } from "./useAlarmList";
import { type AlarmNames, alarmProblem, alarmWords } from "./words";

type BarProps = { chosen: Alarm[]; names: AlarmNames; onDone: () => void };

export function ManyBar({ chosen, names, onDone }: BarProps) {
  const { t } = useTranslation();
  const [asking, ask] = useState(false);
  return (
    <div className={css.many} role="region" aria-label={t("alarmList.many", { count: chosen.length })}>
      <strong role="status">{t("alarmList.marked", { count: chosen.length })}</strong>
      <Button onClick={() => ask(true)} data-testid="alarms-acknowledge-many">
        {t("alarmList.many", { count: chosen.length })}
      </Button>
      <Button variant="default" onClick={onDone}>
        {t("alarmList.unmark")}
      </Button>
      <Dialog opened={asking} onClose={() => ask(false)} title={t("alarmList.many", { count: chosen.length })}>
        <ManyForm chosen={chosen} names={names} onClose={() => ask(false)} onDone={onDone} />
      </Dialog>
    </div>
  );
}

function ManyForm({ chosen, names, onClose, onDone }: BarProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const [comment, setComment] = useState("");
  const [failed, setFailed] = useState<{ words: string; why: string }[]>([]);
  const wordsOf = (id: string) => {
    const alarm = chosen.find((one) => one.id === id);
    return alarm ? alarmWords(t, alarm, names) : id;
  };
  const noting = useAcknowledgeMany((results: ManyResult[]) => {
    const not = results.filter((one) => !one.ok);
    const count = results.length - not.length;
    if (count > 0) tell(t("alarmList.manyDone", { count }));
    if (not.length === 0) return onDone();
    setFailed(not.map((one) => ({ words: wordsOf(one.id), why: alarmProblem(t, new Problem(409, one.code ?? "")) })));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    noting.mutate({ ids: chosen.map((one) => one.id), comment: comment.trim() });
  };
  return (
    <form className="form" onSubmit={submit} data-testid="many-form">
      <ul className={css.listed}>
        {chosen.map((one) => (
          <li key={one.id}>{alarmWords(t, one, names)}</li>
        ))}
      </ul>
      <p className="muted">{t("alarmList.long.acknowledge")}</p>
      <TextInput
        label={t("alarms.comment")}
        description={t("alarms.commentHint")}
        maxLength={300}
        data-autofocus
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        data-testid="many-comment"
      />
      {(noting.error || failed.length > 0) && (
        <Alert color="red" variant="light" role="alert" data-testid="problem">
          {noting.error ? alarmProblem(t, noting.error) : t("alarmList.manyNot")}
          {failed.map((one) => (
            <p key={one.words}>
              {one.words} {one.why}
            </p>
          ))}
        </Alert>
      )}
      <div className="form-actions">
        <Button variant="default" onClick={onClose}>
          {t("common.do.close")}
        </Button>
        <Button type="submit" loading={noting.isPending} data-testid="many-submit">
          {t("alarmList.act.acknowledge")}
        </Button>
      </div>
    </form>
  );
}
