/** Climate of the room: what every probe says now, and how it went. */

import { SegmentedControl } from "@mantine/core";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useClimate, useSeries } from "../api/queries";
import type { ClimateNow, ProbeNow, SeriesOf } from "../api/types";
import { languageNow } from "../i18n/format";
import { useRoom } from "../room/RoomChoice";
import { Answer, Empty, Loading } from "../ui/Feedback";
import { later } from "../ui/later";
import { TwinSwitch } from "../ui/TwinSwitch";
import css from "./climate.module.css";
import { readLimits } from "./limits";
import { ProbeTile } from "./ProbeTile";
import { SeriesTable } from "./SeriesTable";

const Chart = later(() => import("./Chart").then((part) => part.Chart));
const HOURS = { h24: 24, d7: 168, d30: 720 } as const;
type Range = keyof typeof HOURS;

export function ClimatePage() {
  const { t } = useTranslation();
  const room = useRoom();
  const climate = useClimate(room);
  return (
    <div className="page">
      <h1>{t("work.climate.title")}</h1>
      <Answer of={climate}>
        {(data) =>
          data.probes.length === 0 ? <Empty>{t("work.climate.noProbes")}</Empty> : <Probes climate={data} room={room} />
        }
      </Answer>
    </div>
  );
}

function Probes({ climate, room }: { climate: ClimateNow; room: string | undefined }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const probe = climate.probes.find((one) => one.id === chosen) ?? (climate.probes[0] as ProbeNow);
  return (
    <>
      {climate.profile && (
        <p className={css.profile}>{t("work.climate.profile", { name: climate.profile.name[languageNow()] })}</p>
      )}
      <div className={css.tiles}>
        {climate.probes.map((one) => (
          <ProbeTile
            key={one.id}
            probe={one}
            chosen={one.id === probe.id}
            onChoose={() => setChosen(one.id)}
          />
        ))}
      </div>
      <History probe={probe} climate={climate} room={room} />
    </>
  );
}

type HistoryProps = { probe: ProbeNow; climate: ClimateNow; room: string | undefined };

function History({ probe, climate, room }: HistoryProps) {
  const { t } = useTranslation();
  const [range, setRange] = useState<Range>("h24");
  const [twin, setTwin] = useState<"picture" | "table">("picture");
  const series = useSeries(room, probe.id, HOURS[range]);
  const limits = readLimits(climate.profile?.limits);
  const show = (data: SeriesOf) => {
    if (data.points.length === 0) return <Empty>{t("work.climate.noPoints")}</Empty>;
    if (twin === "table") return <SeriesTable series={data} limits={limits} />;
    return (
      <Suspense fallback={<Loading />}>
        <Chart series={data} limits={limits} />
      </Suspense>
    );
  };
  return (
    <section className="panel panel-pad">
      <div className="row spread">
        <h2>{t("work.climate.chartOf", { probe: probe.name[languageNow()] })}</h2>
        <div className="row">
          <SegmentedControl
            aria-label={t("work.climate.range")}
            size="md"
            value={range}
            onChange={(value) => setRange(value as Range)}
            data={(Object.keys(HOURS) as Range[]).map((one) => ({
              value: one,
              label: t(`work.climate.ranges.${one}`),
            }))}
            data-testid="climate-range"
          />
          <TwinSwitch value={twin} onChange={setTwin} testId="climate-twin" />
        </div>
      </div>
      <Answer of={series}>{show}</Answer>
    </section>
  );
}
