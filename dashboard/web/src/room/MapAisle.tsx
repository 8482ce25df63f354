/** The free space between columns: a gap drawn as a gap, and a plate at its mouth that says so. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { SegmentState } from "../api/types";
import { Icon } from "../ui/icons";
import { type AisleTone, holdsOf, isOccupied, openAisles } from "./look";
import css from "./map.module.css";
import { textWidth } from "./textWidth";

export function MapGap({ x, width, height, tone, travel, occupied }: MapGapProps) {
  const { t } = useTranslation();
  const middle = x + width / 2;
  return (
    <g className={css.gap} data-tone={tone}>
      <rect x={x} width={width} height={height} />
      {travel && width > 22 && (
        <Icon
          name={travel === "left" ? "arrowLeft" : "arrowRight"}
          size={20}
          x={middle - 10}
          y={height / 2 - 10}
        />
      )}
      {occupied && (
        <g className={css.person} data-testid="person-in-aisle">
          <title>{t("room.occupied")}</title>
          <Icon name="person" size={24} x={middle - 12} y={height / 2 + 14} />
        </g>
      )}
    </g>
  );
}

type MapGapProps = {
  x: number;
  width: number;
  height: number;
  tone: AisleTone;
  travel: "left" | "right" | null;
  occupied: boolean;
};

/** How long motion still takes; right after the start nobody knows yet. */
export function leftWords(t: TFunction, left_s: number): string {
  return left_s > 0 ? t("room.left", { count: Math.ceil(left_s) }) : t("room.phase.moving");
}

export type Wording = {
  /** Say who holds the aisle. */
  named?: boolean;
  /** Say which segment it is: aisles are counted anew in each segment of a bank. */
  numbered?: boolean;
};

/** Words for what a segment does: "Aisle 5 · Open", with who holds it where there is room. */
export function useSegmentWords() {
  const { t } = useTranslation();
  return (segment: SegmentState, tone: AisleTone, { named = true, numbered = false }: Wording = {}): string => {
    if (tone === "stale") return t("room.phase.stale");
    const parts = numbered ? [t("room.segment", { segment: segment.segment })] : [];
    if (segment.phase === "moving") {
      if (segment.target !== null) parts.push(t("room.toAisle", { aisle: segment.target }));
      parts.push(leftWords(t, segment.remaining_s));
    } else {
      const open = segment.phase === "ventilating" ? [] : openAisles(segment);
      if (open.length > 0) parts.push(t("room.aisle", { aisle: open.join(" + ") }));
      parts.push(t(`room.phase.${segment.phase}`));
      if (isOccupied(segment)) parts.push(t("room.occupiedShort"));
      const holders = new Set(holdsOf(segment).map((one) => one.actor.name));
      if (named && holders.size > 0) parts.push([...holders].join(", "));
    }
    if (segment.mode !== "normal" && segment.mode !== "ventilate") parts.push(t(`room.modeShort.${segment.mode}`));
    return parts.join(" · ");
  };
}

const ICON = { open: "open", moving: "clock", airing: "airing", refused: "alert", plain: "clock", stale: "clock" } as const;

/** How wide a plate with these words is. */
export const plateWidth = (words: string) => textWidth(words, 13) + 40;

export function MapPlate({ x, y, tone, words }: MapPlateProps) {
  const width = plateWidth(words);
  return (
    <g className={css.plateAtMouth} data-tone={tone} transform={`translate(${x} ${y})`}>
      <rect width={width} height={24} rx={12} />
      <Icon name={ICON[tone]} size={15} x={9} y={4.5} />
      <text x={29} y={16.5}>
        {words}
      </text>
    </g>
  );
}

type MapPlateProps = { x: number; y: number; tone: AisleTone; words: string };
