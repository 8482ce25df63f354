/** What a replay found: as asked and by bare limits side by side, over time, by kind, zone and one by one. */

import { useState } from "react";
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Occurrence, ReplayResult, Tally } from "../air/types";
import { measured, quantityName } from "../air/quantity";
import { useAirNames } from "../air/useAirNames";
import { type AlarmNames, kindWords } from "../alarms/words";
import { exactMoment, figure, spanWords } from "../i18n/format";
import { Empty } from "../ui/Feedback";
import { Tone } from "../ui/Tone";
import type { Judged } from "./asked";
import { type Compared, compared, conditionOf, fewerPct, type Figure, FIGURES } from "./counts";
import css from "./replay.module.css";
import { Strip } from "./Strip";

type ResultProps = { result: ReplayResult; without: Tally; judged: Judged };

export function Result({ result, without, judged }: ResultProps) {
  const { t } = useTranslation();
  const rooms = [...new Set(Object.keys({ ...result.by_zone, ...without.by_zone }).map((one) => one.split("/")[0] as string))];
  const names = useAirNames(rooms);
  const fewer = fewerPct(result, without);
  const zoneName = (key: string) => {
    const [room = "", zone = ""] = key.split("/");
    return `${names.room(room)} · ${names.zone(room, zone)}`;
  };
  if (result.reports === 0) {
    return (
      <section className="panel panel-pad" data-testid="replay-empty">
        <Empty>{t("replay.noReports")}</Empty>
      </section>
    );
  }
  return (
    <>
      <section className="panel panel-pad" data-testid="replay-result">
        <h2>{t("replay.result")}</h2>
        <p className={css.sum}>
          {t("replay.sum", { years: figure(result.years, 2), probes: result.probes, reports: result.reports })}{" "}
          {fewer !== null && t("replay.fewer", { pct: figure(fewer, 0) })}
        </p>
        <Table head={t("replay.figure")} rows={FIGURES.map((one) => ({ key: one, asked: result[one], bare: without[one] }))} asked={judged}>
          {(key) => t(`replay.figures.${key as Figure}`)}
        </Table>
      </section>
      <section className="panel panel-pad">
        <h2>{t("replay.strip")}</h2>
        <Strip result={result} without={without} judged={judged} />
      </section>
      <div className={css.pair}>
        <section className="panel panel-pad">
          <h2>{t("replay.byKind")}</h2>
          <Table head={t("alarmList.kind")} rows={compared(result.by_kind, without.by_kind)} asked={judged}>
            {(kind) => kindWords(t, kind)}
          </Table>
        </section>
        <section className="panel panel-pad">
          <h2>{t("replay.byZone")}</h2>
          <Table head={t("alarmList.zone")} rows={compared(result.by_zone, without.by_zone)} asked={judged}>
            {zoneName}
          </Table>
        </section>
      </div>
      <section className="panel panel-pad">
        <h2>{t("replay.occurrences")}</h2>
        {result.alarms > result.occurrences.length && (
          <p className="muted">{t("replay.firstOnly", { count: result.occurrences.length })}</p>
        )}
        {result.occurrences.length === 0 ? <Empty>{t("replay.none")}</Empty> : <Occurrences all={result.occurrences} names={names} />}
      </section>
    </>
  );
}

type TableProps = { head: string; rows: Compared[]; asked: Judged; children: (key: string) => string };

function Table({ head, rows, asked, children: name }: TableProps) {
  const { t } = useTranslation();
  const way = asked.hysteresis ? (asked.delays ? "both" : "hysteresis") : asked.delays ? "delays" : "neither";
  const digits = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(value < 100 ? 2 : 0));
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={head}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col" className="num">
              {t(`replay.way.${way}`)}
            </th>
            <th scope="col" className="num">
              {t("replay.way.neither")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} data-key={row.key}>
              <td>{name(row.key)}</td>
              <td className="num">{digits(row.asked)}</td>
              <td className="num">{digits(row.bare)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const SHOWN = 50;

function Occurrences({ all, names }: { all: Occurrence[]; names: AlarmNames }) {
  const { t } = useTranslation();
  const [shown, show] = useState(SHOWN);
  return (
    <>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("replay.occurrences")}>
        <table className="table" data-testid="replay-occurrences">
          <thead>
            <tr>
              <th scope="col">{t("replay.began")}</th>
              <th scope="col">{t("replay.lasted")}</th>
              <th scope="col">{t("alarmList.kind")}</th>
              <th scope="col">{t("replay.grade")}</th>
              <th scope="col">{t("alarmList.zone")}</th>
              <th scope="col" className="num">
                {t("replay.value")}
              </th>
            </tr>
          </thead>
          <tbody>
            {all.slice(0, shown).map((one, index) => (
              <Row key={index} one={one} names={names} />
            ))}
          </tbody>
        </table>
      </div>
      {shown < all.length && (
        <Button variant="default" onClick={() => show(all.length)}>
          {t("replay.all", { count: all.length })}
        </Button>
      )}
    </>
  );
}

function Row({ one, names }: { one: Occurrence; names: AlarmNames }) {
  const { t } = useTranslation();
  const { quantity, bound } = conditionOf(one.key);
  const lasted_s = one.ended_at ? (Date.parse(one.ended_at) - Date.parse(one.began_at)) / 1000 : null;
  return (
    <tr>
      <td className="nowrap">{exactMoment(one.began_at)}</td>
      <td>{lasted_s === null ? t("replay.stands") : spanWords(t, lasted_s)}</td>
      <td>
        {kindWords(t, one.kind)}
        {quantity && (
          <div className="muted">
            {quantityName(t, quantity)} {bound && t(`replay.side.${bound}`)}
          </div>
        )}
      </td>
      <td>
        <Tone tone={one.grade === "critical" ? "refused" : "moving"} icon={one.grade === "critical" ? "alert" : "bell"}>
          {t(one.grade === "critical" ? "limits.grade.critical" : "limits.grade.warning")}
        </Tone>
      </td>
      <td>
        {names.zone(one.room, one.zone)}
        <div className="muted">{names.device(one.room, one.probe)}</div>
      </td>
      <td className="num">
        {one.value === null ? "–" : t("replay.against", { value: measured(one.value, quantity), limit: measured(one.limit, quantity) })}
      </td>
    </tr>
  );
}
