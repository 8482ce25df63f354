/** All figures of a zone or probe over a period, with their sources. */

import { NativeSelect } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import "../i18n/air";
import "../i18n/climate";
import { Stale } from "../air/Stale";
import { Unconfirmed } from "../air/Unconfirmed";
import { useClimate } from "../api/queries";
import type { ClimateNow } from "../api/types";
import { languageNow } from "../i18n/format";
import { useRoom } from "../room/RoomChoice";
import { Answer, Empty } from "../ui/Feedback";
import { ClimateNav } from "./ClimateNav";
import { FiguresTable, Sources } from "./FiguresTable";
import { latest, type Period, spanOf } from "./period";
import { PeriodChoice } from "./PeriodChoice";
import { useMetrics } from "./queries";
import { chosen, type Subject, subjectsOf } from "./subject";
import type { Metrics } from "./types";

export function FiguresPage() {
  const { t } = useTranslation();
  const room = useRoom();
  const climate = useClimate(room);
  return (
    <div className="page">
      <ClimateNav />
      <div>
        <h1>{t("figures.title")}</h1>
        <p className="muted">{t("figures.lead")}</p>
      </div>
      <Stale of={climate} />
      <Answer of={climate}>
        {(data) => (data.probes.length === 0 || !room ? <Empty>{t("zones.none")}</Empty> : <Chosen room={room} climate={data} />)}
      </Answer>
    </div>
  );
}

function Chosen({ room, climate }: { room: string; climate: ClimateNow }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [period, setPeriod] = useState<Period>(() => latest("year", Date.now()));
  const subjects = subjectsOf(climate);
  const subject = chosen(subjects, params.get("of") ?? subjects[0]?.key ?? null);
  const span = useMemo(() => spanOf(period), [period]);
  if (!subject) return <Empty>{t("zones.none")}</Empty>;
  return (
    <section className="panel panel-pad form">
      <NativeSelect
        size="md"
        maw={340}
        label={t("chart.of")}
        value={subject.key}
        onChange={(event) => setParams({ of: event.currentTarget.value }, { replace: true })}
        data={subjects.map((one) => ({
          value: one.key,
          label: one.isZone ? t("chart.zone", { name: one.name[languageNow()] }) : `　${one.name[languageNow()]}`,
        }))}
        data-testid="figures-subject"
      />
      <PeriodChoice value={period} onChange={setPeriod} testId="figures-range" />
      {span && <Shown room={room} subject={subject} {...span} />}
    </section>
  );
}

function Shown({ room, subject, from_s, to_s }: { room: string; subject: Subject; from_s: number; to_s: number }) {
  const { t } = useTranslation();
  const [probe = ""] = subject.probes;
  const metrics = useMetrics({ room, ...(subject.isZone ? { zone: subject.zone } : { probe }), from_s, to_s });
  return (
    <Answer of={metrics}>
      {(data) =>
        data.coverage_pct === 0 ? (
          <Empty>{t("figures.none")}</Empty>
        ) : (
          <div aria-busy={metrics.isPlaceholderData} className="form">
            <Rule limits={data.limits} />
            <FiguresTable of={data} />
            <Sources sources={data.sources} />
          </div>
        )
      }
    </Answer>
  );
}

function Rule({ limits }: Pick<Metrics, "limits">) {
  const { t } = useTranslation();
  if (!limits) return <p className="muted">{t("zones.noLimits")}</p>;
  return (
    <p>
      {t("figures.rule")}{" "}
      <Link to={`/limits/${encodeURIComponent(limits.id)}`}>
        {t("figures.ruleOf", { name: limits.name[languageNow()], version: limits.version })}
      </Link>{" "}
      {!limits.verified && <Unconfirmed />}
    </p>
  );
}
