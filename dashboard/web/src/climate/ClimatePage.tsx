/** Climate of the room: its zones and what their air does to paper, its probes, and how it all went. */

import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import "../i18n/air";
import "../i18n/climate";
import { Stale } from "../air/Stale";
import { siteClock, siteMoment } from "../air/when";
import { useClimate } from "../api/queries";
import type { ClimateNow } from "../api/types";
import { useRoom } from "../room/RoomChoice";
import { Answer, Empty } from "../ui/Feedback";
import { ChartPanel } from "./ChartPanel";
import css from "./climate.module.css";
import { ClimateNav } from "./ClimateNav";
import { ProbeTable } from "./ProbeTable";
import { ZoneCard } from "./ZoneCard";

export function ClimatePage() {
  const { t } = useTranslation();
  const room = useRoom();
  const climate = useClimate(room);
  return (
    <div className="page">
      <ClimateNav />
      <h1>{t("zones.title")}</h1>
      <Stale of={climate} />
      <Answer of={climate}>
        {(data) =>
          data.probes.length === 0 || room === undefined ? (
            <Empty>{t("zones.none")}</Empty>
          ) : (
            <Shown climate={data} room={room} since_ms={climate.dataUpdatedAt} />
          )
        }
      </Answer>
    </div>
  );
}

function Shown({ climate, room, since_ms }: { climate: ClimateNow; room: string; since_ms: number }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const chart = useRef<HTMLDivElement>(null);
  const choose = (key: string) => setParams({ of: key }, { replace: true });
  const showIt = (key: string) => {
    choose(key);
    chart.current?.scrollIntoView({ block: "start" });
  };
  return (
    <>
      <section aria-label={t("zones.zones")} className={css.zones}>
        {climate.zones.map((zone) => (
          <ZoneCard
            key={zone.zone}
            room={room}
            zone={zone}
            probes={climate.probes.filter((one) => one.zone === zone.zone)}
            since_ms={since_ms}
            today_s={todayAt_s()}
          />
        ))}
      </section>
      <div ref={chart}>
        <ChartPanel room={room} climate={climate} wanted={params.get("of")} onWanted={choose} />
      </div>
      <ProbeTable room={room} climate={climate} onChoose={showIt} />
    </>
  );
}

/** Midnight at the site, so that figures of a year are asked for once a day. */
function todayAt_s(): number {
  const today = siteClock(Date.now()).slice(0, 10);
  return Date.parse(siteMoment(`${today}T00:00`) as string) / 1000;
}
