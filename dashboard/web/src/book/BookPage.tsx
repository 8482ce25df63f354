/** The book of a month: two entries a day, noted, corrected in the open, signed; and its reports. */

import { Button, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/air";
import "../i18n/climate";
import { listed } from "../air/list";
import { Stale } from "../air/Stale";
import { siteClock } from "../air/when";
import { call, path, query } from "../api/client";
import { ClimateNav } from "../climate/ClimateNav";
import { useMay } from "../people/may";
import { useRoom } from "../room/RoomChoice";
import { AirProblem } from "../climate/AirProblem";
import { Confirm } from "../ui/Confirm";
import { Answer, Empty } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { BookTable } from "./BookTable";
import { Reports } from "./Reports";
import { begun, unsigned } from "./signing";
import type { At, Book } from "./types";

export const bookKey = (room: string, month: string) => ["book", room, month] as const;

export function BookPage() {
  const { t } = useTranslation();
  const room = useRoom();
  return (
    <div className="page">
      <ClimateNav />
      <div>
        <h1>{t("book.title")}</h1>
        <p className="muted">{t("book.lead")}</p>
      </div>
      {room && <Month room={room} />}
      {room && <Reports room={room} />}
    </div>
  );
}

function Month({ room }: { room: string }) {
  const { t } = useTranslation();
  const [month, setMonth] = useState(() => siteClock(Date.now()).slice(0, 7));
  const book = useQuery({
    queryKey: bookKey(room, month),
    queryFn: () => call<Book>("GET", `${path("rooms", room)}/climate/book${query({ month })}`),
    enabled: /^\d{4}-\d{2}$/.test(month),
  });
  return (
    <section className="panel panel-pad form">
      <TextInput type="month" maw={240} label={t("book.month")} value={month} onChange={(event) => setMonth(event.currentTarget.value)} data-testid="book-month" />
      <Stale of={book} />
      <Answer of={book}>{(data) => <Entries key={`${room} ${data.month}`} room={room} book={data} />}</Answer>
    </section>
  );
}

function Entries({ room, book }: { room: string; book: Book }) {
  const { t } = useTranslation();
  const may = useMay();
  const waiting = unsigned(book);
  return (
    <>
      <div className="row spread">
        <div>
          <p>{t("book.times", { morning: book.morning, afternoon: book.afternoon })}</p>
          <p data-testid="book-state">
            <Icon name={book.missed + book.unsigned > 0 ? "alert" : "check"} size={18} />{" "}
            {book.missed + book.unsigned === 0
              ? t("book.whole")
              : `${t("book.missed", { count: book.missed })} · ${t("book.unsigned", { count: book.unsigned })}`}
          </p>
        </div>
        {may("climate.sign") && waiting.length > 0 && <Sign room={room} month={book.month} slots={waiting} />}
      </div>
      {begun(book).length === 0 ? <Empty>{t("book.none")}</Empty> : <BookTable room={room} book={book} />}
    </>
  );
}

/** Signs entries in one's own name, after being asked once more. */
export function Sign({ room, month, slots }: { room: string; month: string; slots: At[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [opened, dialog] = useDisclosure(false);
  const sign = useMutation({
    mutationFn: () => call<Book>("POST", `${path("rooms", room)}/climate/book/sign`, { body: { slots } }),
    onSuccess: (next) => {
      client.setQueryData(bookKey(room, month), next);
      dialog.close();
      tell(t("book.signedNow"));
    },
  });
  const words = slots.length === 1 ? t("book.sign") : t("book.signMany", { count: slots.length });
  return (
    <>
      <Button variant={slots.length === 1 ? "default" : "filled"} onClick={dialog.open} data-testid={slots.length === 1 ? "book-sign-one" : "book-sign"}>
        {words}
      </Button>
      <Confirm
        opened={opened}
        title={words}
        words={
          <>
            <p>{t("book.signLong")}</p>
            <p>{listed(slots.map(({ date, slot }) => `${date} ${t(`book.slot.${slot}`)}`))}</p>
            {sign.error !== null && <AirProblem error={sign.error} />}
          </>
        }
        action={t("book.sign")}
        pending={sign.isPending}
        error={null}
        onYes={() => sign.mutate()}
        onClose={dialog.close}
        testId="book-sign-confirm"
      />
    </>
  );
}
