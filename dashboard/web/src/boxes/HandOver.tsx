/** Hand a box, or one file of it, to a person. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import type { Box } from "../api/types";
import { Dialog } from "../ui/Dialog";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { type Item, ItemChoice, itemKey } from "./ItemChoice";
import { firstItem, handable } from "./items";
import { useItemChange } from "./useItemChange";

export const PURPOSES = ["consult", "copy", "scan", "review", "other"] as const;

export function HandOver({ box, fileCode }: { box: Box; fileCode: string | null }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const choice = handable(box);
  const first = firstItem(box, choice, fileCode);
  return (
    <>
      <Button
        variant="default"
        px="sm"
        leftSection={<Icon name="handOver" />}
        disabled={first === null}
        onClick={() => setOpen(true)}
        data-testid="handover-open"
      >
        {t("work.handover.open")}
      </Button>
      {first && (
        <Dialog opened={open} onClose={() => setOpen(false)} title={t("work.handover.title")} size="lg">
          <HandOverForm box={box} first={first} onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

function HandOverForm({ box, first, onDone }: { box: Box; first: Item; onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const choice = handable(box);
  const [item, setItem] = useState(first);
  const [person, setPerson] = useState("");
  const [purpose, setPurpose] = useState<(typeof PURPOSES)[number]>("consult");
  const [note, setNote] = useState("");
  const change = useItemChange((body: object) => call("POST", "/checkouts", { body }));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const words = t(`work.handover.purposes.${purpose}`) + (note.trim() ? `: ${note.trim()}` : "");
    change.mutate(
      { ...item, person: person.trim(), purpose: words },
      {
        onSuccess: () => {
          tell(t("work.handover.done", { code: itemKey(item), person: person.trim() }));
          onDone();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="form" data-testid="handover-form">
      <ItemChoice box={box} {...choice} value={item} label={t("work.handover.what")} onChange={setItem} />
      <TextInput
        label={t("work.handover.person")}
        description={t("work.handover.personHint")}
        required
        maxLength={60}
        data-autofocus
        value={person}
        onChange={(event) => setPerson(event.currentTarget.value)}
        data-testid="handover-person"
      />
      <NativeSelect
        size="md"
        label={t("work.handover.purpose")}
        value={purpose}
        onChange={(event) => setPurpose(event.currentTarget.value as typeof purpose)}
        data={PURPOSES.map((one) => ({ value: one, label: t(`work.handover.purposes.${one}`) }))}
        data-testid="handover-purpose"
      />
      <TextInput
        label={t("work.handover.note")}
        description={t("work.handover.noteHint")}
        maxLength={200}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {change.isError && <Failed error={change.error} />}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button
          type="submit"
          loading={change.isPending}
          disabled={person.trim() === ""}
          data-testid="handover-submit"
        >
          {t("work.handover.submit")}
        </Button>
      </div>
    </form>
  );
}
