/** One bank on the map: rails, columns where they stand, gaps, and what its aisles do. */

import { useTranslation } from "react-i18next";
import type { BankPlan, BankState, Counting, FaceName, Occupancy } from "../api/types";
import { spanWords } from "../i18n/format";
import { Icon } from "../ui/icons";
import { faceAtLowerEdge, gapsOf, type Positions, segmentSpan, spreadApart, unreported } from "./geometry";
import { type AisleTone, aisleTone, type BankLook, gapTravel, isOccupied, openAisles } from "./look";
import { MapGap, MapPlate, plateWidth, useSegmentWords } from "./MapAisle";
import { MapColumn } from "./MapColumn";
import css from "./map.module.css";
import { textWidth } from "./textWidth";
import { useNoLive } from "./useNoLive";
import { usePlaces } from "./usePlaces";

export function MapBank(props: MapBankProps) {
  const { plan, state, look, counting, k, x, y } = props;
  const { t } = useTranslation();
  const positions = usePlaces(plan, state?.columns);
  const silent = unreported(state?.columns);
  const lockedOut = new Set(state?.lock_outs.map((one) => one.column));
  const height = plan.column_depth_mm * props.across;
  const width = plan.width_mm * k;
  const lowerFace = faceAtLowerEdge(counting);
  return (
    <g
      transform={`translate(${x} ${y})`}
      className={css.bank}
      data-look={look.tone}
      data-testid={`bank-B${plan.bank}`}
      role="group"
      aria-label={t("room.bank", { bank: plan.bank })}
    >
      <BankTitle {...props} width={width} height={height} />
      <rect
        className={css.bed}
        data-zooms={props.titled || undefined}
        x={-4}
        y={-4}
        width={width + 8}
        height={height + 8}
        rx={4}
        onClick={props.titled ? props.onBank : undefined}
      />
      {[0.2, 0.5, 0.8].map((part) => (
        <line key={part} className={css.rail} x1={0} x2={width} y1={height * part} y2={height * part} />
      ))}
      {state && <Gaps {...props} state={state} positions={positions} height={height} />}
      {Array.from(positions, ([column, at_mm]) => (
        <MapColumn
          key={column}
          column={column}
          x={at_mm * k}
          position_mm={at_mm}
          width={plan.column_width_mm * k}
          height={height}
          fixed={plan.fixed.includes(column)}
          unreported={silent.has(column) ? `url(#${props.hatch})` : null}
          lockedOut={lockedOut.has(column)}
          chosen={props.chosen?.column === column}
          face={props.chosen?.column === column ? props.chosen.face : null}
          lowerFace={lowerFace}
          letters={{ L: t("room.faceShort.L"), R: t("room.faceShort.R") }}
          filled={filledPart(props.occupancy, plan.bank, column)}
          label={[
            props.columnLabel(plan, column),
            silent.has(column) && t("room.unreported"),
            lockedOut.has(column) && t("room.lockedOut"),
          ]
            .filter(Boolean)
            .join(", ")}
          testId={`column-B${plan.bank}-C${column}`}
          onChoose={() => props.onColumn(column)}
          onZoom={props.titled ? props.onBank : null}
        />
      ))}
      {look.tone !== "live" && <Veil {...props} width={width} height={height} />}
      {state && look.tone === "live" && <Plates {...props} state={state} positions={positions} height={height} />}
    </g>
  );
}

export type MapBankProps = {
  plan: BankPlan;
  state: BankState | undefined;
  look: BankLook;
  counting: Counting;
  /** px per mm along the rails and across them, and where the bank's corner stands in px. */
  k: number;
  across: number;
  x: number;
  y: number;
  canvasWidth: number;
  hatch: string;
  occupancy: Occupancy | undefined;
  chosen: { column: number; face: FaceName } | null;
  /** The whole room is shown, and this bank can be chosen from it. */
  titled: boolean;
  still: boolean;
  columnLabel: (plan: BankPlan, column: number) => string;
  onColumn: (column: number) => void;
  onBank: () => void;
};

type Sized = MapBankProps & { width: number; height: number };

const titleWidth = (words: string) => textWidth(words, 14) + 44;

function BankTitle({ plan, titled, still, onBank, height }: Sized) {
  const { t } = useTranslation();
  if (!titled) return null;
  const label = t("room.bankZoom", { bank: plan.bank });
  const words = t("room.bank", { bank: plan.bank });
  const width = titleWidth(words);
  const y = plan.mouth === "below" ? -26 : height + 5;
  return (
    <g
      role="button"
      tabIndex={0}
      aria-label={label}
      className={css.bankTitle}
      transform={`translate(-4 ${y})`}
      onClick={onBank}
      onKeyDown={(event) => event.key === "Enter" && onBank()}
    >
      <rect className={css.reach} x={-8} y={-10} width={width + 70} height={36} />
      <rect className={css.titlePlate} width={width} height={21} rx={6} />
      <text x={10} y={16}>
        {words}
      </text>
      {!still && <Icon name="zoomIn" size={15} x={width - 22} y={3} />}
    </g>
  );
}

type Placed = MapBankProps & { state: BankState; positions: Positions; height: number };

function Gaps({ plan, state, positions, look, k, height }: Placed) {
  return gapsOf(plan, positions).map((gap) => {
    const segment = state.segments.find((one) => one.segment === gap.segment);
    const of = plan.segments.find((one) => one.segment === gap.segment);
    const tone = gapTone(aisleTone(look, segment), segment !== undefined && openAisles(segment).includes(gap.aisle));
    const travel = tone === "moving" && of ? gapTravel(state, of.first, of.last) : null;
    return (
      <MapGap
        key={`${gap.segment}-${gap.aisle}`}
        x={gap.from_mm * k}
        width={(gap.to_mm - gap.from_mm) * k}
        height={height}
        tone={tone}
        travel={travel}
        occupied={look.tone === "live" && segment !== undefined && isOccupied(segment)}
      />
    );
  });
}

function Plates({ plan, state, positions, look, k, x, height, canvasWidth, titled }: Placed) {
  const { t } = useTranslation();
  const words = useSegmentWords();
  const gaps = gapsOf(plan, positions);
  const y = plan.mouth === "below" ? height + 7 : -31;
  const plates = state.segments.map((segment) => {
    const own = gaps.filter((gap) => gap.segment === segment.segment);
    const widest = own.sort((a, b) => b.to_mm - b.from_mm - (a.to_mm - a.from_mm))[0];
    const span = widest ?? segmentSpan(plan, segment.segment, positions);
    const tone = aisleTone(look, segment);
    const said = words(segment, tone, { named: !titled });
    const middle = ((span.from_mm + span.to_mm) / 2) * k;
    return { segment: segment.segment, tone, words: said, middle, width: plateWidth(said) };
  });
  const from = titled ? titleWidth(t("room.bank", { bank: plan.bank })) + 4 : 4 - x;
  const lefts = spreadApart(plates, [from, canvasWidth - x - 4]);
  return plates.map((plate, index) => (
    <MapPlate
      key={plate.segment}
      x={lefts[index] ?? plate.middle}
      y={y}
      tone={plate.tone}
      words={plate.words}
    />
  ));
}

/** Of several gaps in a segment that stands, only the one that is the open aisle is open. */
function gapTone(tone: AisleTone, isOpenAisle: boolean): AisleTone {
  return tone === "open" && !isOpenAisle ? "plain" : tone;
}

/** Hatching over a bank whose picture is old: it must never pass for what is true now. */
function Veil({ look, hatch, width, height }: Sized) {
  const { t } = useTranslation();
  const noLive = useNoLive();
  const words =
    look.tone === "unheard"
      ? noLive
      : look.tone === "offline"
        ? t("room.offline")
        : t("room.stale", { age: spanWords(t, look.age_s ?? 0) });
  const plate = textWidth(words, 14) + 46;
  return (
    <g className={css.veil} pointerEvents="none" data-testid="bank-veil">
      <rect x={-4} y={-4} width={width + 8} height={height + 8} rx={4} fill={`url(#${hatch})`} />
      <g transform={`translate(${(width - plate) / 2} ${height / 2 - 52})`} className={css.veilPlate}>
        <rect width={plate} height={30} rx={15} />
        <text x={plate / 2} y={20}>
          {words}
        </text>
      </g>
    </g>
  );
}

function filledPart(occupancy: Occupancy | undefined, bank: number, column: number): number | null {
  const found = occupancy?.columns.find((one) => one.bank === bank && one.column === column);
  return found && found.length_mm > 0 ? Math.min(1, found.used_mm / found.length_mm) : null;
}
