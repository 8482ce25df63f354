/** The table twin of a face: every box with its section, shelf, order and state. */

import { useTranslation } from "react-i18next";
import type { FaceContent } from "../api/types";
import { StateBadge } from "../ui/StateBadge";
import { isWanted, type SlotTarget } from "./FaceElevation";
import css from "./room.module.css";

export function FaceTable({ content, target, onChoose }: FaceTableProps) {
  const { t } = useTranslation();
  const rows = content.shelves.flatMap((shelf) =>
    [...shelf.boxes]
      .sort((a, b) => a.order_mm - b.order_mm)
      .map((box) => ({ ...box, section: shelf.section, shelf: shelf.shelf })),
  );
  return (
    <div className={css.tableScroll} tabIndex={0} role="region" aria-label={t("common.view.table")}>
      <table className="table" data-testid="face-table">
        <caption>{t("room.faceView.boxes", { count: rows.length })}</caption>
        <thead>
          <tr>
            <th>{t("room.faceView.section", { section: "" })}</th>
            <th>{t("room.faceView.shelf", { shelf: "" })}</th>
            <th>{t("common.kind.box")}</th>
            <th>{t("work.box.state")}</th>
            <th className="num">{t("room.faceView.order")}</th>
            <th className="num">{t("room.faceView.thickness")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.code} data-chosen={(isWanted(target, row) && row.code === target?.code) || undefined}>
              <td>{row.section}</td>
              <td>{row.shelf}</td>
              <td>
                <button type="button" className={css.linkButton} onClick={() => onChoose(row.code)}>
                  <span className="code">{row.code}</span> {row.title}
                </button>
              </td>
              <td>
                <StateBadge state={row.state} />
              </td>
              <td className="num">{row.order_mm} mm</td>
              <td className="num">{row.thickness_mm} mm</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type FaceTableProps = {
  content: FaceContent;
  target: SlotTarget | null;
  onChoose: (code: string) => void;
};
