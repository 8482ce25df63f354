/** A face as somebody standing before it sees it: sections side by side, shelves, boxes to scale. */

import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BankPlan, BoxOnShelf, Counting, FaceContent, FacePlan } from "../api/types";
import { useSize } from "../ui/useSize";
import { BoxSpine } from "./BoxSpine";
import css from "./face.module.css";
import { FACE_MEANINGS, Legend } from "./Legend";
import { facesHigher, mouthHand, placeBoxes, sectionsInView, shelvesInView } from "./geometry";

const LEFT = 30;
const TOP = 24;
const BOTTOM = 26;
const POST = 5;

export function FaceElevation(props: FaceElevationProps) {
  const { face, bank, counting, content, target } = props;
  const { t } = useTranslation();
  const [watch, size] = useSize();
  const [pointed, setPointed] = useState<BoxOnShelf | null>(null);
  const hand = mouthHand(bank.mouth, facesHigher(counting, face.face));
  const sections = sectionsInView(face.sections, counting.sections_from, hand);
  const shelves = shelvesInView(face.shelves, counting.shelves_from);
  const sectionWidth = (size.width - LEFT - 2 - POST * (sections.length + 1)) / sections.length;
  const shelfHeight = Math.max(28, (size.height - TOP - BOTTOM) / shelves.length);
  const onKeys = useArrowKeys();
  const isDrawn = content.shelves.some((one) => isWanted(target, one) && one.boxes.some((box) => box.code === target?.code));
  return (
    <div className={css.face}>
      <div ref={watch} className={css.canvas}>
        {sectionWidth > 0 && (
          <svg
            width={size.width}
            height={TOP + BOTTOM + shelfHeight * shelves.length}
            role="group"
            aria-label={props.label}
            onKeyDown={onKeys}
            data-testid="face-elevation"
          >
            {shelves.map((shelf, row) => (
              <text key={shelf} className={css.shelfNumber} x={LEFT - 8} y={TOP + shelfHeight * (row + 0.5) + 5}>
                {shelf}
              </text>
            ))}
            {sections.map((section, index) => {
              const x = LEFT + POST + index * (sectionWidth + POST);
              return (
                <g key={section} transform={`translate(${x} ${TOP})`}>
                  <text className={css.sectionNumber} x={sectionWidth / 2} y={-8}>
                    {sectionWidth > 60 ? t("room.faceView.section", { section }) : section}
                  </text>
                  {shelves.map((shelf, row) => (
                    <ShelfRow
                      key={shelf}
                      boxes={boxesOf(content, section, shelf)}
                      length_mm={face.shelf_length_mm}
                      wanted={isWanted(target, { section, shelf })}
                      targetCode={target?.code ?? null}
                      first={!isDrawn && index === 0 && row === 0}
                      y={row * shelfHeight}
                      width={sectionWidth}
                      height={shelfHeight}
                      onPoint={setPointed}
                      onChoose={props.onChoose}
                    />
                  ))}
                </g>
              );
            })}
            <Posts count={sections.length + 1} step={sectionWidth + POST} height={shelfHeight * shelves.length} />
            <text
              className={css.mouth}
              x={hand === "left" ? LEFT : size.width - 4}
              y={TOP + shelfHeight * shelves.length + 18}
              textAnchor={hand === "left" ? "start" : "end"}
            >
              {hand === "left" ? `◀ ${t("room.mouth")}` : `${t("room.mouth")} ▶`}
            </text>
          </svg>
        )}
      </div>
      <footer className={css.footer}>
        <p className={css.caption} data-testid="pointed-box">
        {pointed ? (
          <>
            <span className="code">{pointed.code}</span> {pointed.title}
          </>
        ) : (
          <span className="muted">{t("room.faceView.point")}</span>
        )}
        </p>
        <Legend of={FACE_MEANINGS} />
      </footer>
    </div>
  );
}

/** Where a box is to be looked for; a reader that hears a whole section names no shelf. */
export type SlotTarget = { section: number; shelf: number | null; code: string };

/** Whether the box that is looked for is on a shelf. */
export function isWanted(target: SlotTarget | null, at: { section: number; shelf: number }): boolean {
  return target?.section === at.section && (target.shelf === null || target.shelf === at.shelf);
}

type FaceElevationProps = {
  face: FacePlan;
  bank: BankPlan;
  counting: Counting;
  content: FaceContent;
  target: SlotTarget | null;
  label: string;
  onChoose: (code: string) => void;
};

function boxesOf(content: FaceContent, section: number, shelf: number): BoxOnShelf[] {
  return content.shelves.find((one) => one.section === section && one.shelf === shelf)?.boxes ?? [];
}

function Posts({ count, step, height }: { count: number; step: number; height: number }) {
  return Array.from({ length: count }, (_, index) => (
    <rect
      key={index}
      className={css.post}
      x={LEFT + index * step}
      y={TOP - 2}
      width={POST}
      height={height + 6}
      rx={1}
    />
  ));
}

function ShelfRow(props: ShelfRowProps) {
  const { boxes, length_mm, wanted, targetCode, y, width, height } = props;
  const placed = placeBoxes(boxes, length_mm);
  const scale = width / length_mm;
  return (
    <g transform={`translate(0 ${y})`}>
      <rect className={css.shelf} data-wanted={wanted || undefined} width={width} height={height} />
      <rect className={css.board} y={height - 3} width={width} height={3} />
      {placed.map(({ box, x_mm, width_mm }, index) => (
        <BoxSpine
          key={box.code}
          box={box}
          x={x_mm * scale}
          width={width_mm * scale}
          height={height - 9}
          target={wanted && box.code === targetCode}
          entry={(wanted && box.code === targetCode) || (props.first && index === 0)}
          onPoint={props.onPoint}
          onChoose={props.onChoose}
        />
      ))}
      {wanted && !boxes.some((box) => box.code === targetCode) && (
        <rect
          className={css.emptyTarget}
          x={2}
          y={3}
          width={width - 4}
          height={height - 8}
          data-testid="slot-target"
        />
      )}
    </g>
  );
}

type ShelfRowProps = {
  boxes: BoxOnShelf[];
  length_mm: number;
  wanted: boolean;
  targetCode: string | null;
  first: boolean;
  y: number;
  width: number;
  height: number;
  onPoint: (box: BoxOnShelf | null) => void;
  onChoose: (code: string) => void;
};

/** Let arrow keys walk from box to box in the order they are drawn; Tab leaves the picture. */
function useArrowKeys() {
  const last = useRef<Element | null>(null);
  return (event: KeyboardEvent<SVGSVGElement>) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll<SVGGElement>("[role=button]")];
    const at = all.indexOf((document.activeElement ?? last.current) as SVGGElement);
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    last.current = next ?? null;
    next?.focus();
  };
}
