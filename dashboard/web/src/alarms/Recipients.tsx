/** Who is told of alarms, by which way; each can be tried out. */

import { Alert, Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, path } from "../api/client";
import { useRecipients } from "../api/steelQueries";
import { ALARM_CHANNELS, type AlarmChannel, type AlarmRecipient } from "../api/types";
import { languageNow, momentWords } from "../i18n/format";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Answer, Empty, Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import css from "./alarms.module.css";
import { alarmProblem, kindWords, messageError } from "./words";

export function Recipients() {
  const { t } = useTranslation();
  const recipients = useRecipients(true);
  const [adding, setAdding] = useState(false);
  return (
    <section className="panel panel-pad" data-testid="recipients">
      <div className="row spread">
        <div>
          <h2>{t("alarms.recipients.title")}</h2>
          <p className="muted">{t("alarms.recipients.lead")}</p>
        </div>
        <Button variant="default" leftSection={<Icon name="bell" />} onClick={() => setAdding(true)} data-testid="recipient-add">
          {t("alarms.recipients.add")}
        </Button>
      </div>
      <Answer of={recipients}>
        {({ recipients: found, kinds, email_ready }) => (
          <>
            {!email_ready && <p className={css.noEmail}>{t("alarms.recipients.noEmail")}</p>}
            {found.length === 0 && <Empty>{t("alarms.recipients.none")}</Empty>}
            <ul className={css.recipients}>
              {found.map((one) => (
                <RecipientRow key={one.id} recipient={one} />
              ))}
            </ul>
            <Dialog opened={adding} onClose={() => setAdding(false)} title={t("alarms.recipients.add")}>
              <RecipientForm kinds={kinds} onDone={() => setAdding(false)} />
            </Dialog>
          </>
        )}
      </Answer>
    </section>
  );
}

function RecipientRow({ recipient }: { recipient: AlarmRecipient }) {
  const { t } = useTranslation();
  const { name, channel, to, kinds } = recipient;
  return (
    <li data-testid="recipient">
      <div className={css.words}>
        <strong>
          {name} · {t(`alarms.channel.${channel}`)}
        </strong>
        <span className="code">{to}</span>
        <span className="muted">
          {kinds.length === 0 ? t("alarms.recipients.allKinds") : kinds.map((one) => kindWords(t, one)).join(" · ")}
        </span>
        <LastMessage recipient={recipient} />
      </div>
      <RecipientActs recipient={recipient} />
    </li>
  );
}

function LastMessage({ recipient: { last } }: { recipient: AlarmRecipient }) {
  const { t } = useTranslation();
  const words =
    last === null
      ? t("alarms.recipients.lastNone")
      : last.ok
        ? t("alarms.recipients.lastOk", { when: momentWords(last.at) })
        : t("alarms.recipients.lastNot", { why: messageError(t, last.error ?? "broken") });
  return (
    <span className={css.last} data-ok={last ? String(last.ok) : undefined}>
      {t("common.said", { head: t("alarms.recipients.last"), words })}
    </span>
  );
}

function RecipientActs({ recipient }: { recipient: AlarmRecipient }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [leaving, setLeaving] = useState(false);
  const { id, name } = recipient;
  const again = () => void client.invalidateQueries({ queryKey: ["alarm-recipients"] });
  const test = useMutation({
    mutationFn: () =>
      call<{ ok: boolean; error: string | null }>("POST", path("alarm-recipients", id, "test")),
    onSuccess: ({ ok }) => ok && tell(t("alarms.recipients.testOk", { name })),
    onSettled: again,
  });
  const remove = useMutation({
    mutationFn: () => call("DELETE", path("alarm-recipients", id)),
    onSuccess: () => setLeaving(false),
    onSettled: again,
  });
  const failed = test.data && !test.data.ok ? test.data.error : null;
  return (
    <div className={css.acts}>
      <Button variant="default" loading={test.isPending} onClick={() => test.mutate()} data-testid="recipient-test">
        {t("alarms.recipients.test")}
      </Button>
      <Button variant="default" onClick={() => setLeaving(true)} data-testid="recipient-remove">
        {t("alarms.recipients.remove")}
      </Button>
      {failed && (
        <p className={css.failed} role="alert">
          {t("alarms.recipients.testNot", { why: messageError(t, failed) })}
        </p>
      )}
      {test.error && <Failed error={test.error} />}
      <Confirm
        opened={leaving}
        title={t("alarms.recipients.remove")}
        words={t("alarms.recipients.removeAsk", { name })}
        action={t("alarms.recipients.remove")}
        pending={remove.isPending}
        error={remove.error}
        danger
        onYes={() => remove.mutate()}
        onClose={() => setLeaving(false)}
        testId="remove-recipient"
      />
    </div>
  );
}

function RecipientForm({ kinds, onDone }: { kinds: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [name, setName] = useState("");
  const [channel, setChannel] = useState<AlarmChannel>("email");
  const [to, setTo] = useState("");
  const [language, setLanguage] = useState<"zh" | "en">(languageNow());
  const [chosen, choose] = useState<string[]>([]);
  const add = useMutation({
    mutationFn: () =>
      call<{ secret?: string | null }>("POST", "/alarm-recipients", {
        body: { name: name.trim(), channel, to: to.trim(), kinds: chosen, language },
      }),
    onSuccess: ({ secret }) => {
      tell(t("alarms.recipients.added", { name }));
      void client.invalidateQueries({ queryKey: ["alarm-recipients"] });
      if (!secret) onDone();
    },
  });
  if (add.data?.secret) return <Secret secret={add.data.secret} onDone={onDone} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  const toggle = (kind: string) =>
    choose((old) => (old.includes(kind) ? old.filter((one) => one !== kind) : [...old, kind]));
  return (
    <form className="form" onSubmit={submit} data-testid="recipient-form">
      <TextInput
        label={t("alarms.recipients.name")}
        required
        maxLength={60}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-testid="recipient-name"
      />
      <NativeSelect
        size="md"
        label={t("alarms.recipients.channel")}
        value={channel}
        onChange={(event) => setChannel(event.currentTarget.value as AlarmChannel)}
        data={ALARM_CHANNELS.map((one) => ({ value: one, label: t(`alarms.channel.${one}`) }))}
        data-testid="recipient-channel"
      />
      <TextInput
        label={t(channel === "email" ? "alarms.recipients.toEmail" : "alarms.recipients.toWebhook")}
        required
        type={channel === "email" ? "email" : "url"}
        maxLength={500}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data-testid="recipient-to"
      />
      <NativeSelect
        size="md"
        label={t("alarms.recipients.language")}
        value={language}
        onChange={(event) => setLanguage(event.currentTarget.value as "zh" | "en")}
        data={[
          { value: "zh", label: t("common.language.zh") },
          { value: "en", label: t("common.language.en") },
        ]}
      />
      <fieldset className={css.kinds}>
        <legend>{t("alarms.recipients.kinds")}</legend>
        <label>
          <input type="checkbox" checked={chosen.length === 0} onChange={() => choose([])} />
          {t("alarms.recipients.allKinds")}
        </label>
        {kinds.map((kind) => (
          <label key={kind}>
            <input type="checkbox" checked={chosen.includes(kind)} onChange={() => toggle(kind)} />
            {kindWords(t, kind)}
          </label>
        ))}
      </fieldset>
      {add.error && (
        <Alert color="red" variant="light" role="alert" data-testid="problem">
          {alarmProblem(t, add.error)}
        </Alert>
      )}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" loading={add.isPending} data-testid="recipient-submit">
          {t("alarms.recipients.add")}
        </Button>
      </div>
    </form>
  );
}

function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="form">
      <p>{t("alarms.recipients.secret")}</p>
      <code className={`code ${css.secret}`} tabIndex={0} data-testid="recipient-secret">
        {secret}
      </code>
      <div className="form-actions">
        <Button onClick={onDone}>{t("common.do.close")}</Button>
      </div>
    </div>
  );
}
