/** Tags that are heard and belong to nothing: go and look, pair them, or hide them with a reason. */

import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { call, path } from "../api/client";
import { useLive, usePlan } from "../api/queries";
import { useReaders, useUnknownTags } from "../api/tagQueries";
import type { Bearer, ReaderNow, UnknownTag } from "../api/types";
import { momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { Covers } from "../readers/Covers";
import { OpenAisle } from "../room/OpenAisle";
import { itemPath } from "../scan/item";
import { Failure } from "../scan/Failure";
import { Dialog } from "../ui/Dialog";
import { Answer, Empty } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { ListProgress } from "./ListProgress";

export function UnknownTags({ room }: { room: string | undefined }) {
  const { t } = useTranslation();
  const may = useMay();
  const list = useUnknownTags(room);
  const readers = useReaders(room).data?.readers ?? [];
  const [hiding, hide] = useState<UnknownTag | null>(null);
  const [opening, open] = useState<UnknownTag | null>(null);
  return (
    <Answer of={list}>
      {({ tags, more }) => (
        <>
          <ListProgress keys={tags.map((one) => one.epc)} />
          <section className="panel panel-pad" data-testid="list-unknown">
            {more && <p className="muted">{t("lists.more", { count: tags.length })}</p>}
            {tags.length === 0 ? (
              <Empty>{t("lists.none.unknown")}</Empty>
            ) : (
              <TagTable
                tags={tags}
                readers={readers}
                onOpen={may("aisle.open") ? open : null}
                onHide={may("tag.write") ? hide : null}
              />
            )}
          </section>
          <Dialog opened={hiding !== null} onClose={() => hide(null)} title={t("lists.hideTitle")}>
            {hiding && <Hide tag={hiding} onDone={() => hide(null)} />}
          </Dialog>
          <Dialog opened={opening !== null} onClose={() => open(null)} title={t("lists.goTitle")}>
            {opening && <Aisle tag={opening} />}
          </Dialog>
        </>
      )}
    </Answer>
  );
}

type Act = ((tag: UnknownTag) => void) | null;
type TagTableProps = { tags: UnknownTag[]; readers: ReaderNow[]; onOpen: Act; onHide: Act };

function TagTable({ tags, readers, onOpen, onHide }: TagTableProps) {
  const { t } = useTranslation();
  const acts = onOpen !== null || onHide !== null;
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("lists.which.unknown")}>
      <table className="table">
        <thead>
          <tr>
            <th>{t("bench.tag")}</th>
            <th>{t("lists.heardAt")}</th>
            <th>{t("lists.heardBy")}</th>
            <th>{t("lists.last")}</th>
            <th>{t("lists.was")}</th>
            {acts && (
              <th>
                <span className="visually-hidden">{t("lists.acts")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {tags.map((tag) => (
            <tr key={tag.epc} data-testid="unknown-tag" data-epc={tag.epc}>
              <td>
                <span className="code">{tag.epc}</span>
                {tag.scheme && <div className="muted">{tag.scheme.uri ?? tag.scheme.name}</div>}
              </td>
              <td>
                <Covers covers={tag.zone} />
              </td>
              <td>
                <span className="code">{tag.reader}</span>
              </td>
              <td className="nowrap">
                {momentWords(tag.last_at)}
                <div className="muted">{t("common.said", { head: t("lists.first"), words: momentWords(tag.first_at) })}</div>
              </td>
              <td>
                <Was item={tag.was} />
              </td>
              {acts && (
                <td>
                  <Acts tag={tag} readers={readers} onOpen={onOpen} onHide={onHide} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type ActsProps = { tag: UnknownTag; readers: ReaderNow[]; onOpen: Act; onHide: Act };

function Acts({ tag, readers, onOpen, onHide }: ActsProps) {
  const { t } = useTranslation();
  const antenna = readers.find((one) => one.id === tag.reader)?.antennas.find((one) => one.covers === tag.zone);
  const bench = antenna ? `/${encodeURIComponent(tag.reader)}/${antenna.antenna}` : "";
  return (
    <div className="row">
      {onOpen && tag.aisle && (
        <Button
          variant="default"
          leftSection={<Icon name="open" size={18} />}
          aria-label={t("lists.openAisleOf", { code: tag.epc })}
          onClick={() => onOpen(tag)}
          data-testid="tag-aisle"
        >
          {t("lists.openAisle")}
        </Button>
      )}
      {onHide && (
        <>
          <Link className="link-row" to={`/bench/${tag.room}${bench}`}>
            <Icon name="tag" size={18} /> {t("lists.pair")}
          </Link>
          <Button variant="default" aria-label={t("lists.hideOf", { epc: tag.epc })} onClick={() => onHide(tag)} data-testid="hide-tag">
            {t("lists.hide")}
          </Button>
        </>
      )}
    </div>
  );
}

/** The aisle before the shelf where a tag is heard; nothing moves until it is asked for here. */
function Aisle({ tag }: { tag: UnknownTag }) {
  const plan = usePlan(tag.room).data;
  const live = useLive(tag.room).data;
  if (!plan || !tag.aisle) return null;
  return (
    <div className="form" data-testid="tag-aisle-panel">
      <p>
        <span className="code">{tag.epc}</span> · <Covers covers={tag.zone} />
      </p>
      <OpenAisle place={{ room: tag.room, ...tag.aisle }} plan={plan} live={live} mayOpen purpose={tag.epc} />
    </div>
  );
}

const REASONS = ["foreign", "spare", "scrap", "other"] as const;

function Hide({ tag, onDone }: { tag: UnknownTag; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [reason, setReason] = useState<(typeof REASONS)[number]>("foreign");
  const hide = useMutation({
    mutationFn: () =>
      call("DELETE", path("lists", "unknown-tags", tag.epc), {
        body: { reason: t(`lists.reasons.${reason}`), room: tag.room },
      }),
    onSuccess: () => {
      tell(t("lists.hidden"));
      onDone();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["lists"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    hide.mutate();
  };
  return (
    <form className="form" onSubmit={submit} data-testid="hide-form">
      <p className="code">{tag.epc}</p>
      <p className="muted">{t("lists.hideLong")}</p>
      <NativeSelect
        size="md"
        label={t("lists.reason")}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value as typeof reason)}
        data={REASONS.map((one) => ({ value: one, label: t(`lists.reasons.${one}`) }))}
      />
      <Failure error={hide.error} />
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" loading={hide.isPending} data-testid="hide-yes">
          {t("lists.hide")}
        </Button>
      </div>
    </form>
  );
}

/** What a tag was on; a shelf has no page of its own. */
function Was({ item }: { item: Bearer | null }) {
  if (!item) return <>–</>;
  if (item.kind === "shelf") return <span className="code">{item.code}</span>;
  return (
    <Link className="code" to={itemPath(item)}>
      {item.code}
    </Link>
  );
}
