/** How good the alarms are: rates beside targets, what raises the most, and for how long zones stand in alarm. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/air";
import "../i18n/steel";
import { AirNav } from "../air/AirNav";
import { Stale } from "../air/Stale";
import { useAirNames } from "../air/useAirNames";
import { call, query } from "../api/client";
import { useRooms } from "../api/queries";
import { exactMoment, figure, languageNow, spanWords } from "../i18n/format";
import { useMay } from "../people/may";
import { Answer, Empty } from "../ui/Feedback";
import { Tabs } from "../ui/Tabs";
import css from "./alarms.module.css";
import type { AlarmLoad } from "./load";
import { BadActors, FigureTable, PriorityMix, ZoneLoads } from "./LoadTables";

const DAYS = { d1: 1, d7: 7, d30: 30, d90: 90, d365: 365 } as const;
type Span = keyof typeof DAYS;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export function LoadPage() {
  const { t } = useTranslation();
  const rooms = useRooms(useMay()("room.read")).data?.rooms ?? [];
  const [span, setSpan] = useState<Span>("d30");
  const [room, setRoom] = useState("");
  const load = useLoad(span, room);
  return (
    <div className="page">
      <AirNav />
      <div>
        <h1>{t("alarmLoad.title")}</h1>
        <p className="muted">{t("alarmLoad.lead")}</p>
      </div>
      <div className="row">
        <Tabs
          label={t("alarmLoad.span")}
          value={span}
          onChange={(value) => setSpan(value as Span)}
          tabs={(Object.keys(DAYS) as Span[]).map((one) => ({ value: one, label: t(`alarmLoad.spans.${one}`) }))}
          testId="load-span"
        />
        {rooms.length > 1 && (
          <NativeSelect
            size="md"
            aria-label={t("alarmList.room")}
            value={room}
            onChange={(event) => setRoom(event.currentTarget.value)}
            data={[{ value: "", label: t("alarmLoad.allRooms") }, ...rooms.map((one) => ({ value: one.room, label: one.name[languageNow()] }))]}
          />
        )}
      </div>
      <Stale of={load} />
      <Answer of={load}>{(data) => <Load load={data} />}</Answer>
    </div>
  );
}

/** The figures up to now; the minute is what they are asked for by, so that they are asked anew as time goes. */
function useLoad(span: Span, room: string) {
  return useQuery({
    queryKey: ["alarms", "load", span, room],
    queryFn: () => {
      const to_ms = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
      const from = new Date(to_ms - DAYS[span] * DAY_MS).toISOString();
      return call<AlarmLoad>("GET", `/alarms/kpi${query({ from, to: new Date(to_ms).toISOString(), room: room || undefined })}`);
    },
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}

function Load({ load }: { load: AlarmLoad }) {
  const { t } = useTranslation();
  const names = useAirNames([...new Set([...load.zones, ...load.worst].map((one) => one.room))]);
  return (
    <>
      <p className={css.sentence} data-testid="load-sum">
        {t("alarmLoad.sum", { count: load.alarms, from: exactMoment(load.from), to: exactMoment(load.to) })}{" "}
        {load.kept_back > 0 && t("alarmLoad.keptBack", { count: load.kept_back })}{" "}
        {load.mean_to_note_s !== null &&
          t("alarmLoad.noted", { noted: load.noted, time: spanWords(t, load.mean_to_note_s) })}
      </p>
      <section className="panel panel-pad">
        <h2>{t("alarmLoad.figures")}</h2>
        <FigureTable load={load} />
        {load.stale.length > 0 && (
          <p>
            {t("alarmLoad.staleNow")}{" "}
            {load.stale.map((id, index) => (
              <span key={id}>
                {index > 0 && ", "}
                <Link to={`/alarms?id=${encodeURIComponent(id)}`}>{t("alarmLoad.staleOne", { number: index + 1 })}</Link>
              </span>
            ))}
          </p>
        )}
      </section>
      <section className="panel panel-pad">
        <h2>{t("alarmLoad.worst")}</h2>
        <p className="muted">{t("alarmLoad.worstLong", { pct: figure(load.worst_share_pct) })}</p>
        {load.worst.length === 0 ? <Empty>{t("alarmLoad.noWorst")}</Empty> : <BadActors actors={load.worst} names={names} />}
      </section>
      <section className="panel panel-pad">
        <h2>{t("alarmLoad.zones")}</h2>
        <p className="muted">{t("alarmLoad.zonesLong", { pct: figure(load.standing_pct) })}</p>
        {load.zones.length === 0 ? <Empty>{t("alarmLoad.noWorst")}</Empty> : <ZoneLoads zones={load.zones} names={names} />}
      </section>
      <section className="panel panel-pad">
        <h2>{t("alarmLoad.mix")}</h2>
        <PriorityMix load={load} />
      </section>
    </>
  );
}
