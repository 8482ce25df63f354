/** Who takes the things and what for; or where they go when they come back. */

import { Button, NativeSelect, Radio, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { PURPOSES } from "../boxes/HandOver";
import { Failure } from "../scan/Failure";
import { Icon } from "../ui/icons";
import type { Mode, Row } from "./list";
import type { DeskAsk } from "./useDesk";

type DeskFormProps = { mode: Mode; rows: Row[]; desk: DeskAsk };

export function DeskForm({ mode, rows, desk }: DeskFormProps) {
  return mode === "out" ? <OutForm rows={rows} desk={desk} /> : <BackForm rows={rows} desk={desk} />;
}

function OutForm({ rows, desk }: Omit<DeskFormProps, "mode">) {
  const { t } = useTranslation();
  const [person, setPerson] = useState("");
  const [purpose, setPurpose] = useState<(typeof PURPOSES)[number]>("consult");
  const [note, setNote] = useState("");
  const words = t(`work.handover.purposes.${purpose}`) + (note.trim() ? `: ${note.trim()}` : "");
  return (
    <Frame
      title={t("desk.modes.out")}
      submit={t("desk.handOver", { count: rows.length })}
      ready={rows.length > 0 && person.trim() !== ""}
      desk={desk}
      onSubmit={() => desk.ask({ rows, more: { person: person.trim(), purpose: words } })}
    >
      <TextInput
        label={t("desk.person")}
        description={t("work.handover.personHint")}
        required
        maxLength={60}
        value={person}
        onChange={(event) => setPerson(event.currentTarget.value)}
        data-testid="desk-person"
      />
      <NativeSelect
        size="md"
        label={t("work.handover.purpose")}
        value={purpose}
        onChange={(event) => setPurpose(event.currentTarget.value as typeof purpose)}
        data={PURPOSES.map((one) => ({ value: one, label: t(`work.handover.purposes.${one}`) }))}
      />
      <TextInput
        label={t("work.handover.note")}
        description={t("work.handover.noteHint")}
        maxLength={200}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Frame>
  );
}

function BackForm({ rows, desk }: Omit<DeskFormProps, "mode">) {
  const { t } = useTranslation();
  const [to, setTo] = useState<"desk" | "home">("desk");
  return (
    <Frame
      title={t("desk.modes.back")}
      submit={t("desk.takeBack", { count: rows.length })}
      ready={rows.length > 0}
      desk={desk}
      onSubmit={() => desk.ask({ rows, more: { to } })}
    >
      <Radio.Group label={t("work.giveBack.to")} value={to} onChange={(value) => setTo(value as typeof to)}>
        <Radio size="md" my={10} value="desk" label={t("work.giveBack.desk")} />
        <Radio size="md" my={10} value="home" label={t("work.giveBack.home")} data-testid="desk-home" />
      </Radio.Group>
    </Frame>
  );
}

type FrameProps = {
  title: string;
  submit: string;
  ready: boolean;
  desk: DeskAsk;
  onSubmit: () => void;
  children: ReactNode;
};

function Frame({ title, submit, ready, desk, onSubmit, children }: FrameProps) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className="panel panel-pad form" onSubmit={send} data-testid="desk-form">
      <h2>{title}</h2>
      {children}
      <Failure error={desk.error} />
      <Button
        type="submit"
        size="lg"
        leftSection={<Icon name="handOver" />}
        disabled={!ready}
        loading={desk.pending}
        data-testid="desk-submit"
      >
        {submit}
      </Button>
    </form>
  );
}
