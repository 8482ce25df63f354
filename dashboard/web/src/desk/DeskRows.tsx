/** What is on the list, how it came there, and what cannot be done with it. */

import { Button } from "@mantine/core";
import { type Dispatch, type SetStateAction, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { PlaceWords } from "../boxes/PlaceLine";
import { itemPath } from "../scan/item";
import { Dialog } from "../ui/Dialog";
import { Empty } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import { StateBadge } from "../ui/StateBadge";
import css from "./desk.module.css";
import { canDo, type How, type Kept, type Mode, onlyFiles, type Row, rowKey, takeOff } from "./list";
import { OnlyFiles } from "./OnlyFiles";

const ICON: Record<How, IconName> = { antenna: "antenna", scan: "scan", hand: "person" };

type DeskRowsProps = { rows: Row[]; mode: Mode; onKept: Dispatch<SetStateAction<Kept>> };

export function DeskRows({ rows, mode, onKept }: DeskRowsProps) {
  const { t } = useTranslation();
  const [splitting, split] = useState<Row | null>(null);
  if (rows.length === 0) return <Empty>{t("desk.empty")}</Empty>;
  return (
    <>
      <ul className={css.rows} data-testid="desk-rows">
        {rows.map((row) => (
          <RowLine
            key={rowKey(row)}
            row={row}
            mode={mode}
            onOff={() => onKept((old) => takeOff(old, row))}
            onSplit={mode === "out" && row.item.kind === "box" && row.item.state !== "lent" ? () => split(row) : null}
          />
        ))}
      </ul>
      <Dialog
        opened={splitting !== null}
        onClose={() => split(null)}
        title={t("desk.onlyFilesOf", { code: splitting?.item.code ?? "" })}
        size="lg"
      >
        {splitting && (
          <OnlyFiles
            code={splitting.item.code}
            onTake={(box, codes) => {
              onKept((old) => onlyFiles(old, splitting, box, codes));
              split(null);
            }}
            onClose={() => split(null)}
          />
        )}
      </Dialog>
    </>
  );
}

type RowLineProps = { row: Row; mode: Mode; onOff: () => void; onSplit: (() => void) | null };

function RowLine({ row: { item, how }, mode, onOff, onSplit }: RowLineProps) {
  const { t } = useTranslation();
  const able = canDo(mode, item);
  return (
    <li data-able={able || undefined} data-testid="desk-row" data-code={item.code} data-how={how}>
      <div className={css.rowWords}>
        <div className="row">
          <span className="muted">{t(`common.kind.${item.kind}`)}</span>
          <Link to={itemPath(item)} className="code">
            {item.code}
          </Link>
          <StateBadge state={item.state} />
          {!able && <strong className={css.cannot}>{t("desk.cannotGo")}</strong>}
        </div>
        <div>{item.title}</div>
        <div className="muted">
          <PlaceWords place={item.place} /> · <Icon name={ICON[how]} size={14} /> {t(`scan.how.${how}`)}
        </div>
      </div>
      <div className="row">
        {onSplit && (
          <Button variant="default" onClick={onSplit} data-testid="desk-only-files">
            {t("desk.onlyFiles")}
          </Button>
        )}
        <Button
          variant="default"
          px="sm"
          aria-label={t("desk.remove", { code: item.code })}
          title={t("desk.removeShort")}
          onClick={onOff}
          data-testid="desk-off"
        >
          <Icon name="close" />
        </Button>
      </div>
    </li>
  );
}
