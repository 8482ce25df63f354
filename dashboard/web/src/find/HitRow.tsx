/** One result: what it is, whose it is, where it is, and in which state. */

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Hit } from "../api/types";
import { PlaceLine } from "../boxes/PlaceLine";
import { Icon } from "../ui/icons";
import { StateBadge } from "../ui/StateBadge";
import css from "./find.module.css";
import { Marked } from "./Marked";

export function HitRow({ id, hit, query, active, onPoint, onChoose }: HitRowProps) {
  const { t } = useTranslation();
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // The keyboard is the combobox's; the row takes the pointer only.
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={active}
      tabIndex={-1}
      className={css.hit}
      onMouseMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
      data-testid="search-hit"
      data-code={hit.code}
    >
      <span className={css.hitIcon} title={t(`common.kind.${hit.kind}`)}>
        <Icon name={hit.kind} size={22} />
      </span>
      <div className={css.hitWords}>
        <div className={css.hitHead}>
          <span className="code">
            <Marked text={hit.code} query={query} />
          </span>
          <StateBadge state={hit.state} />
        </div>
        <div className={css.hitTitle}>
          {hit.household && (
            <strong>
              <Marked text={hit.household.head} query={query} />{" "}
            </strong>
          )}
          <Marked text={hit.title} query={query} />
        </div>
        <HitWhose hit={hit} query={query} />
        <PlaceLine place={hit.place} home={hit.home} state={hit.state} />
      </div>
    </div>
  );
}

/** What an invisible match needs said: the digits that matched are masked, the letters never shown. */
const UNSEEN: Hit["matched"][] = ["id_number", "pinyin", "household"];

function HitWhose({ hit, query }: { hit: Hit; query: string }) {
  const { t } = useTranslation();
  const address = hit.household?.address ?? hit.dwelling?.address ?? null;
  const by = UNSEEN.includes(hit.matched) ? t("find.matchedBy", { what: t(`find.matched.${hit.matched}`) }) : null;
  return (
    <div className={css.hitWhose}>
      {address && (
        <span>
          <Marked text={address} query={query} />
        </span>
      )}
      {hit.masked_id && (
        <span className="nowrap">
          <Marked text={hit.masked_id} query={query} />
        </span>
      )}
      {by && <em className="nowrap">{by}</em>}
    </div>
  );
}

type HitRowProps = {
  id: string;
  hit: Hit;
  query: string;
  active: boolean;
  onPoint: () => void;
  onChoose: () => void;
};
