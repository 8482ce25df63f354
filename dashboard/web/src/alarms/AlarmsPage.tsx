/** Alarms: what needs somebody, by zone and by how urgent it is, and what people do about it. */

import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import "../i18n/air";
import "../i18n/steel";
import { AirNav } from "../air/AirNav";
import { Stale } from "../air/Stale";
import { useAirNames } from "../air/useAirNames";
import type { Alarm } from "../api/types";
import { useMay } from "../people/may";
import { Answer, Empty } from "../ui/Feedback";
import { Tabs } from "../ui/Tabs";
import { wantsNote } from "./alarm";
import { ActDialog } from "./ActDialog";
import { AlarmFilters } from "./AlarmFilters";
import { cardId } from "./AlarmCard";
import { AlarmGroups } from "./AlarmGroups";
import css from "./alarms.module.css";
import { type Act, type Filter, isSought } from "./list";
import { ManyBar } from "./ManyBar";
import { useAlarm, useAlarmList } from "./useAlarmList";

export function AlarmsPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const filter: Filter = {
    room: params.get("room") ?? undefined,
    zone: params.get("zone") ?? undefined,
    kind: params.get("kind") ?? undefined,
    standing: params.get("standing") ?? undefined,
  };
  const wanted = params.get("id");
  const all = params.get("show") === "all" || filter.standing === "over";
  const alarms = useAlarmList(all ? "all" : "open", filter);
  const set = (changes: Record<string, string | undefined>) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setParams(next, { replace: true });
  };
  return (
    <div className="page">
      <AirNav />
      <div>
        <h1>{t("alarms.title")}</h1>
        <p className="muted">{t("alarms.lead")}</p>
      </div>
      <div className="row spread">
        <Tabs
          label={t("alarms.show")}
          value={all ? "all" : "open"}
          onChange={(value) => set({ show: value === "all" ? "all" : undefined, standing: undefined, id: undefined })}
          tabs={[
            { value: "open", label: t("alarms.open") },
            { value: "all", label: t("alarms.all") },
          ]}
          testId="alarms-show"
        />
        <label className={css.check}>
          <input
            type="checkbox"
            checked={params.get("group") !== "none"}
            onChange={(event) => set({ group: event.currentTarget.checked ? undefined : "none" })}
            data-testid="alarms-by-zone"
          />
          {t("alarmList.byZone")}
        </label>
      </div>
      <AlarmFilters filter={filter} all={all} onChange={set} />
      <Stale of={alarms} />
      <Answer of={alarms}>
        {(data) => <Work alarms={data.alarms} filter={filter} wanted={wanted} all={all} grouped={params.get("group") !== "none"} />}
      </Answer>
    </div>
  );
}

type WorkProps = { alarms: Alarm[]; filter: Filter; wanted: string | null; all: boolean; grouped: boolean };

/** The list itself, what is selected of it, and what is being done to one of it. */
function Work({ alarms, filter, wanted, all, grouped }: WorkProps) {
  const { t } = useTranslation();
  const may = useMay();
  const single = useAlarm(wanted !== null && !alarms.some((one) => one.id === wanted) ? wanted : null);
  const listed = single.data ? [single.data, ...alarms] : alarms;
  const shown = listed.filter((one) => one.id === wanted || isSought(one, filter));
  const names = useAirNames([...new Set(shown.map((one) => one.room).filter((one) => one !== null))]);
  const [marked, mark] = useState<ReadonlySet<string>>(new Set());
  const [doing, setDoing] = useState<{ alarm: Alarm; act: Act } | null>(null);
  const goOnAt = useGoOn();
  const waiting = may("alarm.acknowledge") ? shown.filter(wantsNote) : [];
  const chosen = waiting.filter((one) => marked.has(one.id));
  const toggle = (id: string) => {
    const next = new Set(marked);
    if (!next.delete(id)) next.add(id);
    mark(next);
  };
  if (shown.length === 0) {
    const words = listed.length > 0 ? "alarmList.noneSuch" : all ? "alarms.noneAll" : "alarms.none";
    return (
      <section className="panel panel-pad" data-testid="no-alarms">
        <Empty>{t(words)}</Empty>
      </section>
    );
  }
  return (
    <>
      <div className="row spread">
        <span className="muted" role="status" data-testid="alarms-shown">
          {t("alarmList.shown", { count: shown.length })}
        </span>
        {waiting.length > 1 && (
          <label className={css.check}>
            <input
              type="checkbox"
              checked={chosen.length === waiting.length}
              onChange={(event) => mark(new Set(event.currentTarget.checked ? waiting.map((one) => one.id) : []))}
              data-testid="alarms-mark-all"
            />
            {t("alarmList.markAll", { count: waiting.length })}
          </label>
        )}
      </div>
      <AlarmGroups
        alarms={shown}
        grouped={grouped}
        names={names}
        wanted={wanted}
        marked={marked}
        onMark={toggle}
        onAct={(alarm, act) => setDoing({ alarm, act })}
      />
      {chosen.length > 0 && <ManyBar chosen={chosen} names={names} onDone={() => mark(new Set())} />}
      {doing && (
        <ActDialog
          {...doing}
          names={names}
          onClose={() => {
            setDoing(null);
            goOnAt(doing.alarm.id);
          }}
        />
      )}
    </>
  );
}

const SETTLES_MS = 3000;

/** Whoever works by keyboard goes on at the alarm they were at, though its button is gone and the list moves on. */
function useGoOn(): (id: string) => void {
  const worked = useRef({ id: "", until_ms: 0 });
  useEffect(() => {
    const { id, until_ms } = worked.current;
    if (Date.now() < until_ms && document.activeElement === document.body) document.getElementById(cardId(id))?.focus();
  });
  return (id) => {
    worked.current = { id, until_ms: Date.now() + SETTLES_MS };
  };
}
