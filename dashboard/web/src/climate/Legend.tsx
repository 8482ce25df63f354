/** What the lines and marks of a chart mean, in words. */

import { useTranslation } from "react-i18next";
import type { Line } from "./chart";
import css from "./chart.module.css";
import { DASHES, MOULD_DASH, strokeOf } from "./paint";

type LegendProps = { lines: Line[]; quantity: string; hasLimits: boolean; hasMould: boolean };

export function Legend({ lines, quantity, hasLimits, hasMould }: LegendProps) {
  const { t } = useTranslation();
  const isOnly = lines.length === 1;
  return (
    <ul className={css.legend} data-testid="chart-legend">
      {!isOnly &&
        lines.map((line, place) => (
          <li key={line.probe}>
            <Stroke colour={`var(${strokeOf("", place)})`} dash={DASHES[place % DASHES.length] as number[]} /> {line.name}
          </li>
        ))}
      {isOnly && (
        <li>
          <Patch fill={`var(${strokeOf(quantity, 0)}-band)`} /> {t("chart.legend.band")}
        </li>
      )}
      {isOnly && (
        <li>
          <Patch fill="var(--sr-stale-light)" stroke="var(--sr-hatch)" /> {t("chart.legend.gap")}
        </li>
      )}
      {hasLimits && (
        <>
          <li>
            <Stroke colour="var(--sr-open)" dash={[7, 5]} /> {t("chart.legend.warning")}
          </li>
          <li>
            <Stroke colour="var(--sr-refused)" dash={[]} /> {t("chart.legend.critical")}
          </li>
        </>
      )}
      {hasMould && (
        <li data-testid="legend-mould">
          <Stroke colour="var(--sr-mould)" dash={MOULD_DASH} /> {t("chart.legend.mould")}
        </li>
      )}
      <li>▲ {t("chart.event.raised")}</li>
      <li>✓ {t("chart.event.cleared")}</li>
      <li>I {t("chart.event.on")}</li>
      <li>O {t("chart.event.off")}</li>
    </ul>
  );
}

function Stroke({ colour, dash }: { colour: string; dash: number[] }) {
  return (
    <svg width={30} height={8} aria-hidden="true">
      <line x1={0} y1={4} x2={30} y2={4} stroke={colour} strokeWidth={2} strokeDasharray={dash.join(" ")} />
    </svg>
  );
}

function Patch({ fill, stroke = "none" }: { fill: string; stroke?: string }) {
  return (
    <svg width={22} height={12} aria-hidden="true">
      <rect x={0.5} y={0.5} width={21} height={11} fill={fill} stroke={stroke} />
    </svg>
  );
}
