/** Which air a box lived in: its stays, and the figures of their air put one after the other. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/air";
import "../i18n/climate";
import { siteClock, siteMoment } from "../air/when";
import type { PlaceKind } from "../api/types";
import { exactMoment, figure, languageNow } from "../i18n/format";
import { useRoomNames } from "../room/useRoomNames";
import { Answer, Empty } from "../ui/Feedback";
import { Tabs } from "../ui/Tabs";
import { PlaceWords } from "../boxes/PlaceLine";
import { FiguresTable, Sources } from "./FiguresTable";
import { useExposure } from "./queries";
import type { Exposure } from "./types";

const PERIODS = ["30", "365", "3650"] as const;
const DAY_S = 86_400;
const SHOWN = 50;

export function ExposurePanel({ code }: { code: string }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<(typeof PERIODS)[number]>("365");
  return (
    <section className="panel panel-pad form" data-testid="exposure">
      <div className="row spread">
        <h2>{t("figures.exposure")}</h2>
        <Tabs
          label={t("chart.period")}
          value={days}
          tabs={PERIODS.map((one) => ({ value: one, label: t(`figures.exposureOf.${one}`) }))}
          onChange={(value) => setDays(value as typeof days)}
          testId="exposure-days"
        />
      </div>
      <p className="muted">{t("figures.exposureLead", { days })}</p>
      <Lived code={code} days={Number(days)} />
    </section>
  );
}

function Lived({ code, days }: { code: string; days: number }) {
  const { t } = useTranslation();
  const tomorrow = siteClock(Date.now() + DAY_S * 1000).slice(0, 10);
  const to_s = Date.parse(siteMoment(`${tomorrow}T00:00`) as string) / 1000;
  const exposure = useExposure(code, to_s - days * DAY_S, to_s);
  return (
    <Answer of={exposure}>
      {(data) => (
        <div className="form" aria-busy={exposure.isPlaceholderData}>
          <Stays of={data} />
          <p>{data.unknown_pct > 0 ? t("figures.unknown", { pct: figure(data.unknown_pct) }) : t("figures.known")}</p>
          {data.coverage_pct === 0 ? <Empty>{t("figures.none")}</Empty> : <FiguresTable of={data} />}
          <Sources sources={data.sources} />
        </div>
      )}
    </Answer>
  );
}

function Stays({ of: { spans } }: { of: Exposure }) {
  const { t } = useTranslation();
  const roomName = useRoomNames();
  if (spans.length === 0) return <Empty>{t("figures.noSpans")}</Empty>;
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("figures.place")}>
      <table className="table" data-testid="exposure-spans">
        <thead>
          <tr>
            <th>{t("figures.span")}</th>
            <th>{t("figures.place")}</th>
            <th>{t("figures.zone")}</th>
          </tr>
        </thead>
        <tbody>
          {spans
            .slice(-SHOWN)
            .reverse()
            .map((span) => (
              <tr key={span.start}>
                <td className="nowrap">
                  {exactMoment(span.start)} – {exactMoment(span.end)}
                </td>
                <td>
                  <PlaceWords place={{ kind: span.place as PlaceKind, address: span.address, person: null, since: null }} since={false} />
                  {span.assumed && <div className="muted">{t("figures.assumed")}</div>}
                </td>
                <td>
                  {span.room && span.zone_name ? `${roomName(span.room)} · ${span.zone_name[languageNow()]}` : t("figures.noZone")}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {spans.length > SHOWN && <p className="muted">{t("figures.more", { count: spans.length - SHOWN })}</p>}
    </div>
  );
}
