/** Notes by hand what an instrument showed, with its number and why. */

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { siteClock, siteMoment } from "../air/when";
import { call, path } from "../api/client";
import { numberOf } from "../climate/calibrations";
import { languageNow } from "../i18n/format";
import { AirProblem } from "../climate/AirProblem";
import { Dialog } from "../ui/Dialog";
import { useTell } from "../ui/Tell";
import { bookKey } from "./BookPage";
import type { At, Book, Cell } from "./types";

type NoteFormProps = { room: string; month: string; at: At; cell: Cell; onClose: () => void };

export function NoteForm({ room, month, at: { date, slot }, cell, onClose }: NoteFormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [text, setText] = useState({ temperature: "", humidity: "", instrument: "", reason: "" });
  const [readAt, setReadAt] = useState(() => siteClock(Date.now()));
  const set = (name: keyof typeof text) => (event: React.ChangeEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget;
    setText((old) => ({ ...old, [name]: value }));
  };
  const [temperature_c, humidity_pct] = [numberOf(text.temperature), numberOf(text.humidity)];
  const isWrong = (typed: string, value: number | null) => typed.trim() !== "" && value === null;
  const note = useMutation({
    mutationFn: () =>
      call<Book>("PUT", `${path("rooms", room)}/climate/book`, {
        body: { date, slot, zone: cell.zone, temperature_c, humidity_pct, instrument: text.instrument.trim(), reason: text.reason.trim(), read_at: siteMoment(readAt) },
      }),
    onSuccess: (next) => {
      client.setQueryData(bookKey(room, month), next);
      onClose();
      tell(t("book.noted"));
    },
  });
  const isWhole =
    (temperature_c !== null || humidity_pct !== null) &&
    !isWrong(text.temperature, temperature_c) &&
    !isWrong(text.humidity, humidity_pct) &&
    text.instrument.trim() !== "" &&
    text.reason.trim().length >= 2;
  return (
    <Dialog opened title={t("book.noteOf", { zone: cell.name[languageNow()], slot: t(`book.slot.${slot}`), date })} onClose={onClose}>
      <form
        className="form"
        data-testid="book-note-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) note.mutate();
        }}
      >
        <TextInput
          label={t("book.temperature")}
          inputMode="decimal"
          value={text.temperature}
          onChange={set("temperature")}
          error={isWrong(text.temperature, temperature_c) && t("calibration.wrongNumber")}
          data-testid="note-temperature"
          data-autofocus
        />
        <TextInput
          label={t("book.humidity")}
          inputMode="decimal"
          value={text.humidity}
          onChange={set("humidity")}
          error={isWrong(text.humidity, humidity_pct) && t("calibration.wrongNumber")}
          data-testid="note-humidity"
        />
        <TextInput label={t("book.instrument")} required maxLength={100} value={text.instrument} onChange={set("instrument")} data-testid="note-instrument" />
        <TextInput label={t("book.reason")} required maxLength={500} value={text.reason} onChange={set("reason")} data-testid="note-reason" />
        <TextInput type="datetime-local" label={t("book.readAt")} value={readAt} onChange={(event) => setReadAt(event.currentTarget.value)} />
        {note.error !== null && <AirProblem error={note.error} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.do.cancel")}
          </Button>
          <Button type="submit" disabled={!isWhole} loading={note.isPending} data-testid="note-save">
            {t("book.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
