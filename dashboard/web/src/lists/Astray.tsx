/** Boxes and files that are not where they belong, aisle by aisle; nothing moves until one opens the aisle. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLive, usePlan } from "../api/queries";
import type { Astray as AstrayItem, AstrayList } from "../api/types";
import { AddressWords } from "../boxes/PlaceLine";
import { momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { whoWords } from "../people/who";
import { coversWords } from "../readers/Covers";
import { aisleOf } from "../room/aislePlace";
import { OpenAisle, where } from "../room/OpenAisle";
import { itemPath } from "../scan/item";
import { Answer, Empty } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { ListProgress } from "./ListProgress";
import css from "./lists.module.css";
import { byAisle } from "./progress";

type Name = "misplaced" | "unplaced";
type Asked = { data: AstrayList | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
type AstrayProps = { room: string | undefined; name: Name; list: Asked };

export function Astray({ room, name, list }: AstrayProps) {
  const [chosen, choose] = useState<string | null>(null);
  return (
    <Answer of={list}>
      {({ boxes, more }) => {
        const target = boxes.find((one) => keyOf(one) === chosen) ?? null;
        return (
          <>
            <ListProgress keys={boxes.map(keyOf)} />
            <div className={css.columns}>
              <Rows name={name} room={room} boxes={boxes} more={more} chosen={chosen} onChoose={choose} />
              {boxes.length > 0 && <Target room={room} target={target} />}
            </div>
          </>
        );
      }}
    </Answer>
  );
}

const keyOf = ({ kind, code }: Pick<AstrayItem, "kind" | "code">) => `${kind}:${code}`;

type RowsProps = {
  name: Name;
  room: string | undefined;
  boxes: AstrayItem[];
  more: boolean;
  chosen: string | null;
  onChoose: (key: string) => void;
};

function Rows({ name, room, boxes, more, chosen, onChoose }: RowsProps) {
  const { t } = useTranslation();
  const plan = usePlan(room).data;
  if (boxes.length === 0) {
    return (
      <section className="panel panel-pad">
        <Empty>{t(`lists.none.${name}`)}</Empty>
      </section>
    );
  }
  return (
    <section className="panel panel-pad form" data-testid={`list-${name}`}>
      {more && <p className="muted">{t("lists.more", { count: boxes.length })}</p>}
      {byAisle(boxes).map(({ key, rows }) => {
        const aisle = rows[0]?.aisle;
        return (
          <div key={key}>
            <h2 className={css.aisle}>
              {aisle && plan ? where(t, plan, { room: plan.room, ...aisle }) : t("lists.noAisle")}
            </h2>
            <ul className={css.rows}>
              {rows.map((row) => (
                <Row key={keyOf(row)} row={row} chosen={keyOf(row) === chosen} onChoose={() => onChoose(keyOf(row))} />
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}

function Row({ row, chosen, onChoose }: { row: AstrayItem; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const { kind, code, title, place, home, since, by, confidence, last_seen } = row;
  return (
    <li data-chosen={chosen || undefined} data-testid="astray" data-code={code}>
      <label>
        <input type="radio" name="astray" checked={chosen} onChange={onChoose} aria-label={code} />
        <span className={css.words}>
          <span>
            <span className="muted">{t(`common.kind.${kind}`)}</span> <strong className="code">{code}</strong> {title}
          </span>
          {place && (
            <span>
              {t("lists.standsAt")} <AddressWords address={place} />
            </span>
          )}
          <span className="muted">
            {t("lists.home")} {home ? <AddressWords address={home} /> : t("lists.noHome")}
          </span>
          <span className="muted">
            {t("common.place.since", { when: momentWords(since) })}
            {by && ` · ${whoWords(t, by)}`}
            {confidence !== null && ` · ${t("lists.sure", { pct: Math.round(confidence * 100) })}`}
          </span>
          {!place && (
            <span>
              {t("lists.lastSeen")}:{" "}
              {last_seen
                ? `${coversWords(t, { covers: last_seen.zone })}, ${momentWords(last_seen.at)}, ${whoWords(t, last_seen.by)}`
                : t("lists.neverSeen")}
            </span>
          )}
        </span>
      </label>
    </li>
  );
}

/** The chosen one: its aisle, with the same button as everywhere, and where it is put away. */
function Target({ room, target }: { room: string | undefined; target: AstrayItem | null }) {
  const { t } = useTranslation();
  const may = useMay();
  const plan = usePlan(room);
  const live = useLive(room);
  if (!target) {
    return (
      <aside className={`panel panel-pad ${css.target}`}>
        <p className="muted">{t("lists.nothingMoves")}</p>
      </aside>
    );
  }
  const place = target.aisle && room ? { room, ...target.aisle } : aisleOf(plan.data, target.place ?? target.home);
  return (
    <aside className={`panel panel-pad form ${css.target}`} aria-label={t("lists.selected")} data-testid="astray-target">
      <h2 className="code">{target.code}</h2>
      <p>{target.title}</p>
      {place && plan.data ? (
        <OpenAisle
          key={keyOf(target)}
          place={place}
          plan={plan.data}
          live={live.data}
          mayOpen={may("aisle.open")}
          purpose={target.code}
        />
      ) : (
        <p className="muted">{t("lists.noAisle")}</p>
      )}
      {may("box.move") && target.home && (
        <Link className="link-row" to={`/put-away?shelf=${encodeURIComponent(target.home)}`} data-testid="astray-put">
          <Icon name="putAway" /> {t("lists.putAway")}
        </Link>
      )}
      <Link className="link-row" to={itemPath(target)}>
        <Icon name="log" /> {t("lists.seePage", { code: target.code })}
      </Link>
    </aside>
  );
}
