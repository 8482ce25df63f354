/** When the alarms would have begun: filled steps as asked, a dashed line by bare limits. */

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ReplayResult, Tally } from "../air/types";
import { inSiteTime } from "../i18n/format";
import { siteZone } from "../i18n/zone";
import { useScheme } from "../ui/useScheme";
import { useSize } from "../ui/useSize";
import type { Judged } from "./asked";
import { inBuckets } from "./counts";
import css from "./replay.module.css";

const HEIGHT = 200;
const BUCKETS = 60;

export function Strip({ result, without, judged }: { result: ReplayResult; without: Tally; judged: Judged }) {
  const { t, i18n } = useTranslation();
  const { scheme } = useScheme();
  const [watch, { width }] = useSize();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const node = host.current;
    if (!node || width === 0) return;
    const span = { from_s: Date.parse(judged.from) / 1000, to_s: Date.parse(judged.to) / 1000 };
    const { at_s, asked, bare } = inBuckets(result, without, span, BUCKETS);
    const words = { time: t("work.climate.time"), asked: t("replay.asAsked"), bare: t("replay.way.neither") };
    const plot = new uPlot(options(width, words), [at_s, bare, asked], node);
    return () => plot.destroy();
  }, [result, without, judged, width, t, i18n.language, scheme]);
  const cut = without.alarms > without.occurrences.length || result.alarms > result.occurrences.length;
  return (
    <div ref={watch} data-testid="replay-strip">
      <div ref={host} role="img" aria-label={t("replay.stripLong", { asked: result.alarms, bare: without.alarms })} className={css.strip} />
      {cut && <p className="muted">{t("replay.cut")}</p>}
    </div>
  );
}

/** A colour of the page as it is now, light or dark; a canvas knows no variables. */
const painted = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options(width: number, words: { time: string; asked: string; bare: string }): uPlot.Options {
  const day = inSiteTime({ year: "numeric", month: "numeric", day: "numeric" });
  const month = inSiteTime({ year: "2-digit", month: "numeric" });
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const axis = { stroke: painted("--sr-muted"), grid: { stroke: painted("--sr-grid") } };
  return {
    width,
    height: HEIGHT,
    cursor: { y: false },
    tzDate: (at_s) => uPlot.tzDate(new Date(at_s * 1000), siteZone()),
    scales: { y: { range: (_, __, high) => [0, Math.max(1, high ?? 0) * 1.1] } },
    axes: [
      { ...axis, values: (_, marks) => marks.map((at_s) => month.format(at_s * 1000)), space: 70 },
      { ...axis, size: 46, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
    ],
    series: [
      { label: words.time, value: (_, at_s) => (at_s === null ? "" : day.format(at_s * 1000)) },
      { label: words.bare, stroke: painted("--sr-warm"), width: 2, dash: [6, 4], points: { show: false }, ...(stepped && { paths: stepped }) },
      {
        label: words.asked,
        stroke: painted("--sr-target"),
        fill: painted("--sr-target-light"),
        width: 2,
        points: { show: false },
        ...(stepped && { paths: stepped }),
      },
    ],
  };
}
