/** Who is told next while nobody acknowledges, and how often it is said again. */

import { Alert, Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import { useRecipients } from "../api/steelQueries";
import type { AlarmPriority, AlarmRecipient } from "../api/types";
import { Answer, Empty } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import css from "./alarms.module.css";
import { changeStep, type Escalation as Steps, type EscalationStep, MOST_STEPS, toggled, withoutStep, withStep, wrongWith } from "./escalation";
import { PRIORITIES } from "./load";
import { alarmProblem } from "./words";

const KEY = ["alarm-escalation"];

export function Escalation() {
  const { t } = useTranslation();
  const steps = useQuery({ queryKey: KEY, queryFn: () => call<Steps>("GET", "/alarm-escalation") });
  const recipients = useRecipients(true).data?.recipients ?? [];
  return (
    <section className="panel panel-pad" data-testid="escalation">
      <h2>{t("told.escalation.title")}</h2>
      <p className="muted">{t("told.escalation.lead")}</p>
      <Answer of={steps}>{(known) => <Form key={JSON.stringify(known)} known={known} recipients={recipients} />}</Answer>
    </section>
  );
}

function Form({ known, recipients }: { known: Steps; recipients: AlarmRecipient[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [edited, edit] = useState(known);
  const wrong = wrongWith(edited);
  const isSame = JSON.stringify(edited) === JSON.stringify(known);
  const save = useMutation({
    mutationFn: () => call<Steps>("PUT", "/alarm-escalation", { body: edited }),
    onSuccess: (saved) => {
      tell(t("told.escalation.saved"));
      client.setQueryData(KEY, saved);
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) save.mutate();
      }}
    >
      {edited.steps.length === 0 && <Empty>{t("told.escalation.none")}</Empty>}
      {edited.steps.map((step, index) => (
        <Step
          key={index}
          number={index + 1}
          step={step}
          recipients={recipients}
          onChange={(part) => edit(changeStep(edited, index, part))}
          onRemove={() => edit(withoutStep(edited, index))}
        />
      ))}
      {recipients.length === 0 ? (
        <p className="muted">{t("told.escalation.noRecipients")}</p>
      ) : (
        edited.steps.length < MOST_STEPS && (
          <div>
            <Button variant="default" onClick={() => edit(withStep(edited))} data-testid="step-add">
              {t("told.escalation.add")}
            </Button>
          </div>
        )
      )}
      <Repeat repeat={edited.repeat_min} onChange={(repeat_min) => edit({ ...edited, repeat_min })} />
      {!isSame && wrong && (
        <p className={css.failed} role="status">
          {t(`told.escalation.wrong.${wrong}`)}
        </p>
      )}
      {save.error && (
        <Alert color="red" variant="light" role="alert" data-testid="problem">
          {alarmProblem(t, save.error)}
        </Alert>
      )}
      <div className="form-actions">
        {!isSame && (
          <Button variant="default" onClick={() => edit(known)}>
            {t("told.escalation.undo")}
          </Button>
        )}
        <Button type="submit" disabled={isSame || wrong !== null} loading={save.isPending} data-testid="escalation-save">
          {t("told.escalation.save")}
        </Button>
      </div>
    </form>
  );
}

type StepProps = {
  number: number;
  step: EscalationStep;
  recipients: AlarmRecipient[];
  onChange: (part: Partial<EscalationStep>) => void;
  onRemove: () => void;
};

function Step({ number, step, recipients, onChange, onRemove }: StepProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={css.step} data-testid="step">
      <legend>{t("told.escalation.step", { number })}</legend>
      <label className={css.minutes}>
        {t("told.escalation.after")}
        <input
          type="number"
          min={1}
          max={20160}
          required
          value={Number.isNaN(step.after_min) ? "" : step.after_min}
          onChange={(event) => onChange({ after_min: event.currentTarget.valueAsNumber })}
          data-testid="step-minutes"
        />
      </label>
      <Choices
        legend={t("told.escalation.who")}
        choices={recipients.map((one) => ({ value: one.id, label: `${one.name} · ${t(`alarms.channel.${one.channel}`)}` }))}
        chosen={step.recipients}
        onToggle={(one) => onChange({ recipients: toggled(step.recipients, one) })}
      />
      <Choices
        legend={t("told.escalation.priorities")}
        choices={PRIORITIES.map((one) => ({ value: one, label: t(`alarms.priority.${one}`) }))}
        chosen={step.priorities}
        onToggle={(one) => onChange({ priorities: toggled(step.priorities, one as AlarmPriority) })}
      />
      <Button variant="default" onClick={onRemove} leftSection={<Icon name="close" size={16} />}>
        {t("told.escalation.remove", { number })}
      </Button>
    </fieldset>
  );
}

type ChoicesProps = { legend: string; choices: { value: string; label: string }[]; chosen: readonly string[]; onToggle: (one: string) => void };

function Choices({ legend, choices, chosen, onToggle }: ChoicesProps) {
  return (
    <fieldset className={css.kinds}>
      <legend>{legend}</legend>
      {choices.map((one) => (
        <label key={one.value}>
          <input type="checkbox" checked={chosen.includes(one.value)} onChange={() => onToggle(one.value)} />
          {one.label}
        </label>
      ))}
    </fieldset>
  );
}

type RepeatProps = { repeat: Steps["repeat_min"]; onChange: (repeat: Steps["repeat_min"]) => void };

function Repeat({ repeat, onChange }: RepeatProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={css.step}>
      <legend>{t("told.escalation.repeat")}</legend>
      {PRIORITIES.map((one) => (
        <label key={one} className={css.minutes}>
          {t(`alarms.priority.${one}`)}
          <input
            type="number"
            min={0}
            max={20160}
            required
            value={Number.isNaN(repeat[one]) ? "" : repeat[one]}
            onChange={(event) => onChange({ ...repeat, [one]: event.currentTarget.valueAsNumber })}
            data-testid={`repeat-${one}`}
          />
        </label>
      ))}
      <span className="muted">{t("told.escalation.repeatHint")}</span>
    </fieldset>
  );
}
