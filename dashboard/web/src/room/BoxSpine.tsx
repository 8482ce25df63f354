/** One box on its shelf. A box that is out leaves a dashed outline where it belongs. */

import { useTranslation } from "react-i18next";
import type { BoxOnShelf } from "../api/types";
import css from "./face.module.css";

export function BoxSpine({ box, x, width, height, target, entry, onPoint, onChoose }: BoxSpineProps) {
  const { t } = useTranslation();
  const state = t(`common.state.${box.state}`);
  const label = `${box.code}, ${box.title}, ${state}${target ? `, ${t("room.faceView.target")}` : ""}`;
  const wide = width >= 13;
  return (
    <g
      role="button"
      tabIndex={entry ? 0 : -1}
      aria-label={label}
      aria-pressed={target}
      className={css.box}
      data-state={box.state}
      data-target={target || undefined}
      data-testid={target ? "slot-target" : `spine-${box.code}`}
      transform={`translate(${x} 5)`}
      onClick={() => onChoose(box.code)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onChoose(box.code);
      }}
      onFocus={() => onPoint(box)}
      onMouseEnter={() => onPoint(box)}
      onMouseLeave={() => onPoint(null)}
    >
      <rect className={css.hit} x={0} y={-5} width={Math.max(4, width)} height={height + 6} />
      <rect className={css.spine} x={0.75} width={Math.max(3, width - 1.5)} height={height} rx={1.5} />
      {target && <rect className={css.pulse} x={-3} y={-3} width={width + 6} height={height + 6} rx={4} />}
      {wide && height > 44 && (
        <text className={css.spineText} transform={`translate(${width / 2 + 4} ${height - 6}) rotate(-90)`}>
          {box.code.slice(-5)}
        </text>
      )}
    </g>
  );
}

type BoxSpineProps = {
  box: BoxOnShelf;
  x: number;
  width: number;
  height: number;
  target: boolean;
  /** Whether Tab enters the picture here. */
  entry: boolean;
  onPoint: (box: BoxOnShelf | null) => void;
  onChoose: (code: string) => void;
};
