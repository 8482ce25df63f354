/** The tags an antenna hears now, each with what it is on; one is chosen to be worked with. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Bench, BenchTag, TagItem } from "../api/types";
import { PlaceWords } from "../boxes/PlaceLine";
import { agoOf, figure } from "../i18n/format";
import { itemPath } from "../scan/item";
import { tagProblem } from "../scan/problem";
import { Empty } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { StateBadge } from "../ui/StateBadge";
import { Tone } from "../ui/Tone";
import { useNow } from "../ui/useNow";
import css from "./bench.module.css";
import { schemeName } from "./scheme";
import { ShelfWords } from "./ShelfWords";

type TagsHereProps = {
  bench: Bench;
  heard: boolean;
  refused: unknown;
  chosen: string | null;
  onChoose: (epc: string) => void;
};

export function TagsHere({ bench, heard, refused, chosen, onChoose }: TagsHereProps) {
  const { t } = useTranslation();
  useNow();
  const { at, tags } = bench;
  return (
    <section className="panel panel-pad form" data-testid="bench-tags" data-old={!heard || undefined}>
      <div className="row spread">
        <h2 aria-live="polite">{heard || tags.length > 0 ? t("bench.here", { count: tags.length }) : t("bench.table")}</h2>
        {heard ? (
          <Tone tone="open" icon="live">
            {t("common.link.live")}
          </Tone>
        ) : (
          <Tone tone="stale">{at ? t("bench.old", { age: agoOf(t, at) }) : t("common.age.never")}</Tone>
        )}
      </div>
      {refused !== null && (
        <p className={css.refused} role="status" data-testid="watch-refused">
          {t("bench.notWatched", { why: tagProblem(t, refused) })}
        </p>
      )}
      {tags.length === 0 ? (
        <Empty>{t(heard ? "bench.nothing" : "bench.unknownNow")}</Empty>
      ) : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t("bench.table")}>
          <table className="table">
            <thead>
              <tr>
                <th>{t("bench.tag")}</th>
                <th>{t("bench.item")}</th>
                <th className="num">{t("bench.strength")}</th>
                <th className="num">{t("bench.seen")}</th>
              </tr>
            </thead>
            <tbody>
              {tags.map((tag) => (
                <Row key={tag.epc} tag={tag} chosen={tag.epc === chosen} onChoose={() => onChoose(tag.epc)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ tag, chosen, onChoose }: { tag: BenchTag; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <tr data-chosen={chosen || undefined} className={css.tagRow} data-testid="bench-tag" data-epc={tag.epc} data-tag={tag.tag}>
      <td>
        <label className={css.pick}>
          <input
            type="radio"
            name="bench-tag"
            checked={chosen}
            onChange={onChoose}
            aria-label={t("bench.choose_tag", { epc: tag.epc })}
          />
          <span>
            <span className="code">{tag.epc}</span>
            {tag.scheme && <span className={css.scheme}>{tag.scheme.uri ?? schemeName(tag.scheme.name, t)}</span>}
          </span>
        </label>
      </td>
      <td>
        <ItemOfTag tag={tag} />
      </td>
      <td className="num">{tag.rssi_dbm === null ? "–" : `${figure(tag.rssi_dbm, 0)} dBm`}</td>
      <td className="num">
        {agoOf(t, tag.seen_at)}
        <div className="muted">{tag.reads} ×</div>
      </td>
    </tr>
  );
}

function ItemOfTag({ tag: { item, tag } }: { tag: BenchTag }) {
  const { t } = useTranslation();
  if (!item || tag === "unknown") {
    return (
      <Tone tone="stale" icon="question">
        {t("bench.belongs.unknown")}
      </Tone>
    );
  }
  return (
    <>
      {tag === "replaced" && (
        <Tone tone="moving" icon="swap">
          {t("bench.belongs.replaced")}
        </Tone>
      )}
      {item.kind === "shelf" ? <ShelfHere code={item.code} /> : <ItemHere item={item} />}
      {tag === "replaced" && (
        <div className="muted">
          <Icon name="clock" size={14} /> {t("bench.wasOf", { code: item.code })}
        </div>
      )}
    </>
  );
}

function ItemHere({ item }: { item: TagItem }) {
  return (
    <>
      <div className="row">
        <Link to={itemPath(item)} className="code">
          {item.code}
        </Link>
        <StateBadge state={item.state} />
      </div>
      <div>{item.title}</div>
      {item.state !== "in_place" && (
        <div className="muted">
          <PlaceWords place={item.place} />
        </div>
      )}
    </>
  );
}

function ShelfHere({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="row">
        <span className="muted">{t("common.kind.shelf")}</span> <strong className="code">{code}</strong>
      </div>
      <ShelfWords address={code} />
    </>
  );
}
