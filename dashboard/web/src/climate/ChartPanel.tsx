/** How the air of a zone or probe went: choice, pictures or table, and what happened meanwhile. */

import { Button, NativeSelect } from "@mantine/core";
import { Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/air";
import "../i18n/climate";
import { quantityName } from "../air/quantity";
import { useLimits, useZones } from "../air/useAirNames";
import { path, query } from "../api/client";
import type { ClimateNow } from "../api/types";
import { languageNow } from "../i18n/format";
import { useDownload } from "../labels/useDownload";
import { useMay } from "../people/may";
import { Empty, Failed, Loading } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { later } from "../ui/later";
import { TwinSwitch } from "../ui/TwinSwitch";
import { useSize } from "../ui/useSize";
import { type Line, type LimitSpan, limitSpans } from "./chart";
import css from "./chart.module.css";
import { ChartTable } from "./ChartTable";
import { EventList } from "./EventList";
import { Legend } from "./Legend";
import { isLatest, latest, moved, type Period, spanOf } from "./period";
import { PeriodChoice } from "./PeriodChoice";
import { useSeriesOf } from "./queries";
import { chosen, quantitiesOf, type Subject, subjectsOf } from "./subject";
import type { BandPoint } from "./types";
import { useEvents } from "./useEvents";

const Plot = later(() => import("./Plot").then((part) => part.Plot));
const NOTHING: BandPoint[] = [];
const HUMIDITY = "humidity_pct";

type ChartPanelProps = { room: string; climate: ClimateNow; wanted: string | null; onWanted: (key: string) => void };

export function ChartPanel({ room, climate, wanted, onWanted }: ChartPanelProps) {
  const { t } = useTranslation();
  const [period, setPeriod] = useState<Period>(() => latest("week", Date.now()));
  const [picked, setPicked] = useState<string[]>(["temperature_c", "humidity_pct"]);
  const [twin, setTwin] = useState<"picture" | "table">("picture");
  const subjects = subjectsOf(climate);
  const subject = chosen(subjects, wanted);
  const span = useMemo(() => spanOf(period), [period]);
  if (!subject) return null;
  const offered = quantitiesOf(climate, subject);
  const shown = offered.filter((one) => picked.includes(one));
  const toggle = (quantity: string) =>
    setPicked((old) => (old.includes(quantity) ? old.filter((one) => one !== quantity) : [...old, quantity]));
  return (
    <section className="panel panel-pad" aria-labelledby="climate-chart-title" id="chart">
      <div className="row spread">
        <h2 id="climate-chart-title">{t("chart.title")}</h2>
        <div className="row">
          {span && <Export room={room} subject={subject} quantities={shown} {...span} period={period} />}
          <TwinSwitch value={twin} onChange={setTwin} testId="climate-twin" />
        </div>
      </div>
      <div className={css.controls}>
        <NativeSelect
          className={css.wide as string}
          size="md"
          label={t("chart.of")}
          value={subject.key}
          onChange={(event) => onWanted(event.currentTarget.value)}
          data={subjects.map((one) => ({
            value: one.key,
            label: one.isZone ? t("chart.zone", { name: one.name[languageNow()] }) : `　${one.name[languageNow()]}`,
          }))}
          data-testid="chart-subject"
        />
        <fieldset className={css.quantities} data-testid="chart-quantities">
          <legend>{t("chart.quantities")}</legend>
          {offered.map((quantity) => (
            <label key={quantity}>
              <input type="checkbox" checked={shown.includes(quantity)} onChange={() => toggle(quantity)} />
              {quantityName(t, quantity)}
            </label>
          ))}
        </fieldset>
      </div>
      <PeriodChoice value={period} onChange={setPeriod} testId="climate-range" />
      {span && shown.length > 0 && (
        <Drawn
          room={room}
          climate={climate}
          subject={subject}
          quantities={shown}
          {...span}
          isLatest={isLatest(period, Date.now())}
          twin={twin}
          onMove={(by) => setPeriod((old) => (by > 0 && isLatest(old, Date.now()) ? old : moved(old, by)))}
        />
      )}
    </section>
  );
}

type DrawnProps = {
  room: string;
  climate: ClimateNow;
  subject: Subject;
  quantities: string[];
  from_s: number;
  to_s: number;
  isLatest: boolean;
  twin: "picture" | "table";
  onMove: (by: number) => void;
};

function Drawn({ room, climate, subject, quantities, from_s, to_s, isLatest, twin, onMove }: DrawnProps) {
  const { t } = useTranslation();
  const [watch, { width }] = useSize();
  const withMould = quantities.includes(HUMIDITY) && climate.zones.find((one) => one.zone === subject.zone)?.kind !== "outside";
  const answers = useSeriesOf({ room, probes: subject.probes, quantities, withMould, from_s, to_s }, isLatest);
  const events = useEvents(room, subject, from_s, to_s);
  const limits = useLimitSpans(room, subject.zone, quantities, from_s, to_s);
  const stamp = answers.map((one) => one.dataUpdatedAt).join();
  const lines = useMemo(
    () => Object.fromEntries(quantities.map((quantity) => [quantity, linesOf(climate, subject, answers, quantity)])),
    // biome-ignore lint: the answers are the same as long as their stamps are
    [stamp, subject.key, quantities.join()],
  );
  const failed = answers.find((one) => one.error && one.data === undefined);
  if (failed) return <Failed error={failed.error} retry={() => answers.forEach((one) => void one.refetch())} />;
  if (answers.some((one) => one.data === undefined)) return <Loading />;
  const isEmpty = Object.values(lines).every((several) => several.every((one) => one.bands.length === 0));
  const name = subject.name[languageNow()];
  return (
    <>
      {isEmpty && <Empty>{t("chart.noData")}</Empty>}
      {!isEmpty && twin === "table" && <ChartTable lines={lines} limits={limits} step={answers[0]?.data?.step ?? "raw"} />}
      {!isEmpty && twin === "picture" && (
        <div ref={watch} className={css.charts} data-testid="climate-chart" aria-busy={answers.some((one) => one.isPlaceholderData)}>
          <Suspense fallback={<Loading />}>
            {width > 0 &&
              quantities.map((quantity) => (
                <Plot
                  key={quantity}
                  quantity={quantity}
                  name={name}
                  lines={lines[quantity] ?? []}
                  limits={limits[quantity] ?? []}
                  events={events.shown}
                  from_s={from_s}
                  to_s={to_s}
                  width={width}
                  onMove={onMove}
                />
              ))}
          </Suspense>
          <Legend
            lines={lines[quantities[0] as string] ?? []}
            quantity={quantities[0] as string}
            hasLimits={Object.values(limits).some((one) => one.length > 0)}
            hasMould={withMould}
          />
        </div>
      )}
      <EventList events={events} room={room} />
    </>
  );
}

function linesOf(climate: ClimateNow, subject: Subject, answers: ReturnType<typeof useSeriesOf>, quantity: string): Line[] {
  return subject.probes.map((probe, index) => ({
    probe,
    name: climate.probes.find((one) => one.id === probe)?.name[languageNow()] ?? probe,
    bands: answers[index]?.data?.quantities[quantity] ?? NOTHING,
    gaps: answers[index]?.data?.gaps ?? [],
    mouldLimit: (quantity === HUMIDITY && answers[index]?.data?.mould_limit) || [],
  }));
}

/** The limits that the zone keeps now, over the whole period. */
function useLimitSpans(room: string, zone: string, quantities: string[], from_s: number, to_s: number): Record<string, LimitSpan[]> {
  const { data } = useLimits();
  const kept = useZones(room).find((one) => one.zone === zone)?.profile;
  const profile = data?.profiles.find((one) => one.id === kept)?.profile;
  return useMemo(
    () => Object.fromEntries(quantities.map((one) => [one, profile ? limitSpans(profile, one, from_s, to_s) : []])),
    // biome-ignore lint: quantities are told by their names
    [profile, quantities.join(), from_s, to_s],
  );
}

type ExportProps = { room: string; subject: Subject; quantities: string[]; from_s: number; to_s: number; period: Period };

/** The series as a file, of one probe at a time. */
function Export({ room, subject, quantities, from_s, to_s, period }: ExportProps) {
  const { t } = useTranslation();
  const { ask, making, error } = useDownload();
  if (!useMay()("climate.export") || subject.isZone || quantities.length === 0) return null;
  const [probe = ""] = subject.probes;
  const [from, to] = [from_s, to_s].map((at_s) => new Date(at_s * 1000).toISOString());
  const named = quantities.map((one) => `&quantity=${encodeURIComponent(one)}`).join("");
  const step = to_s - from_s > 8 * 86_400 ? "hour" : "raw";
  const file = `${room}-${probe}-${period.first}-${period.last}.csv`;
  return (
    <>
      {error !== null && <Failed error={error} />}
      <Button
        variant="default"
        leftSection={<Icon name="download" />}
        title={step === "hour" ? t("chart.csvNote") : undefined}
        loading={making}
        onClick={() => void ask("GET", `${path("rooms", room)}/climate/series.csv${query({ probe, from, to, step })}${named}`, file)}
        data-testid="chart-csv"
      >
        {t("chart.csv")}
      </Button>
    </>
  );
}
