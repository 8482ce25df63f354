/** The entries of a month, the newest first, with who noted, corrected and signed them. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listed } from "../air/list";
import { measured } from "../air/quantity";
import { useAirNames } from "../air/useAirNames";
import { exactMoment, languageNow } from "../i18n/format";
import { useMay } from "../people/may";
import { Icon } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { Sign } from "./BookPage";
import { NoteForm } from "./NoteForm";
import { begun, mayNote, maySign } from "./signing";
import type { At, Book, Cell, Entry } from "./types";

type Noting = At & { cell: Cell };

export function BookTable({ room, book }: { room: string; book: Book }) {
  const { t } = useTranslation();
  const may = useMay()("climate.sign");
  const [noting, setNoting] = useState<Noting | null>(null);
  const names = useAirNames([room]);
  const probes = (ids: string) => listed(ids.split(", ").map((id) => names.device(room, id)));
  const rows = begun(book).flatMap(({ date, entries }) => entries.map((entry) => ({ date, entry })));
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("book.title")}>
      <table className="table" data-testid="book">
        <thead>
          <tr>
            <th>{t("book.date")}</th>
            <th>{t("book.inside")}</th>
            <th>{t("book.outside")}</th>
            <th>{t("book.signed")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ date, entry }) => (
            <tr key={`${date} ${entry.slot}`} data-testid={`book-${date}-${entry.slot}`}>
              <th scope="row">
                {date}
                <div>{t(`book.slot.${entry.slot}`)}</div>
              </th>
              {([entry.inside, entry.outside] as const).map((cells, side) => (
                <td key={side === 0 ? "inside" : "outside"}>
                  {cells.map((cell) => (
                    <Noted key={cell.zone} cell={cell} probes={probes} {...(may && mayNote(entry, cell) && { onNote: () => setNoting({ date, slot: entry.slot, cell }) })} />
                  ))}
                </td>
              ))}
              <td>
                <Signature entry={entry} />
                {may && maySign(entry) && <Sign room={room} month={book.month} slots={[{ date, slot: entry.slot }]} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {noting && <NoteForm room={room} month={book.month} at={noting} cell={noting.cell} onClose={() => setNoting(null)} />}
    </div>
  );
}

function Signature({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  if (entry.signed_by === null || entry.signed_at === null) return null;
  return (
    <span>
      <Icon name="check" size={16} /> {t("book.signedBy", { who: entry.signed_by, when: exactMoment(entry.signed_at) })}
    </span>
  );
}

const TONES: Record<Cell["state"], ToneName> = { noted: "open", proposed: "plain", missed: "refused", to_come: "stale" };

type NotedProps = { cell: Cell; probes: (ids: string) => string; onNote?: () => void };

function Noted({ cell, probes, onNote }: NotedProps) {
  const { t } = useTranslation();
  const { instrument, by, note, replaced } = cell;
  return (
    <div className="row">
      <div>
        <div>
          {cell.name[languageNow()]}{" "}
          <strong>
            {measured(cell.temperature_c, "temperature_c")} · {measured(cell.humidity_pct, "humidity_pct")}
          </strong>{" "}
          <Tone tone={TONES[cell.state]} icon={cell.state === "noted" ? "check" : cell.state === "missed" ? "alert" : "clock"}>
            {t(`book.state.${cell.state}`)}
          </Tone>
        </div>
        {instrument && <div className="muted">{by === "hand" ? t("book.byHand", { instrument }) : t("book.byProbe", { instrument: probes(instrument) })}</div>}
        {note?.reason && <div className="muted">{t("book.corrected", { who: note.noted_by, reason: note.reason })}</div>}
        {replaced.map((one) => (
          <s key={one.noted_at} className="muted">
            {measured(one.temperature_c, "temperature_c")} · {measured(one.humidity_pct, "humidity_pct")}{" "}
          </s>
        ))}
      </div>
      {onNote && (
        <Button variant="default" onClick={onNote} data-testid="book-note">
          {t("book.note")}
        </Button>
      )}
    </div>
  );
}
