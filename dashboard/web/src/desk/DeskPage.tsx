/** The desk: what lies on the antenna, is scanned or typed goes in one list and is done at once. */

import { NativeSelect } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/tags";
import { resolveScan, useBench, useReaders } from "../api/tagQueries";
import type { AntennaRef, BenchTag } from "../api/types";
import { languageNow } from "../i18n/format";
import { antennaKey, type DeskAntenna } from "../readers/look";
import { useRoomHeard } from "../readers/useRoomHeard";
import { addressWords, parseAddress } from "../room/address";
import { useRoom } from "../room/RoomChoice";
import { Failure } from "../scan/Failure";
import { ScanField, type Scanned } from "../scan/ScanField";
import { shown } from "../scan/shown";
import { WholeText } from "../scan/WholeText";
import { Icon } from "../ui/icons";
import { Tabs } from "../ui/Tabs";
import { Tone } from "../ui/Tone";
import css from "./desk.module.css";
import { DeskForm } from "./DeskForm";
import { DeskResults } from "./DeskResults";
import { DeskRows } from "./DeskRows";
import { canDo, forgetGone, type Mode, NOTHING_KEPT, put, rowsOf } from "./list";
import { useDesk } from "./useDesk";
import { useDeskAntenna } from "./useDeskAntenna";

export function DeskPage() {
  const { t } = useTranslation();
  const room = useRoom();
  const readers = useReaders(room);
  const { all, desk, choose } = useDeskAntenna(room, readers.data?.readers ?? []);
  const heard = useRoomHeard(room);
  const at: AntennaRef | null = room && desk ? { room, reader: desk.reader, antenna: desk.antenna } : null;
  const bench = useBench(at);
  const hears = desk !== null && desk.online && heard;
  const tags = hears ? (bench.data?.tags ?? []) : [];
  return (
    <div className="page">
      <div className="row spread">
        <div>
          <h1>{t("desk.title")}</h1>
          <p className="muted">{t("desk.lead")}</p>
        </div>
        <div className={css.antenna}>
          <AntennaChoice all={all} desk={desk} onChoose={choose} />
          {readers.isError && !readers.data && (
            <Tone tone="stale" icon="offline" testId="desk-antenna-unknown">
              {t("desk.antennaUnknown")}
            </Tone>
          )}
          {readers.data && (
            <span data-testid="desk-antenna">
              {hears ? (
                <Tone tone="open" icon="antenna">
                  {t("desk.antenna")} · {t("bench.here", { count: tags.length })}
                </Tone>
              ) : (
                <Tone tone="stale" icon="offline">
                  {t(desk ? "desk.antennaAway" : "desk.antennaNone")}
                </Tone>
              )}
            </span>
          )}
        </div>
      </div>
      <Desk tags={tags} bench={at} />
    </div>
  );
}

type ChoiceProps = { all: DeskAntenna[]; desk: DeskAntenna | null; onChoose: (key: string) => void };

/** Which desk this is, where the room has several. */
function AntennaChoice({ all, desk, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  if (desk === null || all.length < 2) return null;
  return (
    <NativeSelect
      size="md"
      label={t("desk.chooseAntenna")}
      value={antennaKey(desk)}
      onChange={(event) => onChoose(event.currentTarget.value)}
      data={all.map((one) => ({ value: antennaKey(one), label: t(one.online ? "desk.antennaOf" : "desk.antennaOfAway", one) }))}
      data-testid="desk-choose"
    />
  );
}

function Desk({ tags, bench }: { tags: BenchTag[]; bench: AntennaRef | null }) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<Mode>("out");
  const [kept, keep] = useState(NOTHING_KEPT);
  const [said, setSaid] = useState<{ words: string; text: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const desk = useDesk(mode);
  useEffect(() => keep((old) => forgetGone(old, tags)), [tags]);
  const rows = rowsOf(kept, tags);
  const able = rows.filter((row) => canDo(mode, row.item));
  const strangers = tags.filter((one) => one.tag !== "current").length;
  const take = async ({ text, entered }: Scanned) => {
    setSaid(null);
    setError(null);
    try {
      const found = await resolveScan(text);
      const { item, address } = found;
      if (item) return keep((old) => put(old, { item, how: entered ? "hand" : "scan", epc: null }));
      const shelf = address ? parseAddress(address) : null;
      const words = shelf
        ? t("scan.isShelf", { where: addressWords(shelf, languageNow()) })
        : t(found.kind === "tag" ? "scan.tagOfNothing" : "scan.unknown", { text: shown(text) });
      setSaid({ words, text });
    } catch (problem) {
      setError(problem);
    }
  };
  const startAgain = () => {
    keep(NOTHING_KEPT);
    desk.reset();
  };
  if (desk.done) return <DeskResults mode={mode} done={desk.done} onClear={startAgain} />;
  return (
    <>
      <Tabs
        label={t("desk.mode")}
        value={mode}
        onChange={(value) => setMode(value as Mode)}
        tabs={(["out", "back"] as const).map((value) => ({ value, label: t(`desk.modes.${value}`) }))}
        testId="desk-mode"
      />
      <div className={css.columns}>
        <section className="panel panel-pad form" aria-labelledby="desk-list">
          <ScanField label={t("desk.scan")} hint={t("scan.hint")} onScan={(scanned) => void take(scanned)} testId="desk-scan" />
          {said && (
            <div className={css.said} role="alert" data-testid="desk-said">
              {said.words}
              <WholeText text={said.text} />
            </div>
          )}
          <Failure error={error} />
          <h2 id="desk-list">
            {t("desk.list")} · {rows.length}
          </h2>
          <DeskRows rows={rows} mode={mode} onKept={keep} />
          {strangers > 0 && bench && (
            <p className={css.said} data-testid="desk-strangers">
              {t("desk.strangers", { count: strangers })}{" "}
              <Link to={`/bench/${bench.room}/${encodeURIComponent(bench.reader)}/${bench.antenna}`} className="link-row">
                <Icon name="tag" size={18} /> {t("desk.toBench")}
              </Link>
            </p>
          )}
        </section>
        <DeskForm key={mode} mode={mode} rows={able} desk={desk} />
      </div>
    </>
  );
}
