/** One column of the map: a button that stands where the steel says it does. */

import { type KeyboardEvent, useEffect, useRef } from "react";
import type { FaceName } from "../api/types";
import { Icon } from "../ui/icons";
import css from "./map.module.css";

/** How far beyond its ends a column can still be hit, in px: up to the edge of its bank. */
const REACH = 4;

export function MapColumn(props: MapColumnProps) {
  const { column, x, width, height, fixed, chosen, face, filled, label, onChoose } = props;
  const resized = useJustResized(width);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onChoose();
  };
  return (
    <g
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-pressed={chosen}
      className={css.column}
      data-fixed={fixed || undefined}
      data-chosen={chosen || undefined}
      data-testid={props.testId}
      data-position={Math.round(props.position_mm)}
      style={{ transform: `translateX(${x}px)`, transition: resized ? "none" : undefined }}
      onClick={(event) => (props.onZoom && width < FINGER && isFinger(event.nativeEvent) ? props.onZoom : onChoose)()}
      onKeyDown={onKeyDown}
    >
      <rect className={css.reach} y={-REACH} width={width} height={height + 2 * REACH} />
      <rect className={css.body} width={width} height={height} rx={3} />
      {props.unreported && (
        <rect className={css.unreported} width={width} height={height} rx={3} fill={props.unreported} />
      )}
      {filled !== null && (
        <rect
          className={css.filled}
          x={2}
          y={height - 2 - (height - 4) * filled}
          width={width - 4}
          height={(height - 4) * filled}
          rx={2}
        />
      )}
      {width >= 36 && <FaceLetters {...props} />}
      {chosen && face && (
        <rect
          className={css.chosenFace}
          x={face === props.lowerFace ? 0 : width - 6}
          width={6}
          height={height}
          rx={2}
        />
      )}
      <text className={css.number} x={width / 2} y={19} fontSize={Math.min(13, width * 0.7)}>
        {column}
      </text>
      {props.lockedOut && (
        <g className={css.lockedOut} data-testid={`locked-out-${props.testId}`}>
          <Icon name="noEntry" size={Math.min(22, width - 2)} x={(width - Math.min(22, width - 2)) / 2} y={28} />
        </g>
      )}
      {fixed && !props.lockedOut && width >= 36 && (
        <g className={css.lock}>
          <Icon name="lock" size={18} x={width / 2 - 9} y={28} />
        </g>
      )}
    </g>
  );
}

/** Steel glides; a map that is drawn at another scale does not, it would look like motion. */
function useJustResized(width: number): boolean {
  const drawn = useRef(width);
  useEffect(() => {
    drawn.current = width;
  });
  return drawn.current !== width;
}

function FaceLetters({ width, lowerFace, letters, height }: MapColumnProps) {
  const higher = lowerFace === "L" ? "R" : "L";
  return (
    <g className={css.letters} aria-hidden>
      <text x={9} y={height - 8}>
        {letters[lowerFace]}
      </text>
      <text x={width - 9} y={height - 8}>
        {letters[higher]}
      </text>
    </g>
  );
}

type MapColumnProps = {
  column: number;
  x: number;
  width: number;
  height: number;
  position_mm: number;
  fixed: boolean;
  /** The hatching of a column whose place is not reported, or `null` if it is. */
  unreported: string | null;
  lockedOut: boolean;
  chosen: boolean;
  /** The face that is looked at, if this column is chosen. */
  face: FaceName | null;
  lowerFace: FaceName;
  letters: Record<FaceName, string>;
  /** Part of its shelves that is full, or `null` when that is not shown. */
  filled: number | null;
  label: string;
  testId: string;
  onChoose: () => void;
  /** Show the bank large first: what a finger does on a column too narrow for it; `null` if it is large. */
  onZoom: (() => void) | null;
};

/** A column narrower than this, in px, cannot be hit safely with a finger. */
const FINGER = 30;

function isFinger(event: Event): boolean {
  return "pointerType" in event && event.pointerType === "touch";
}
