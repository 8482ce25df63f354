/** Work with one tag: pair it with the box, file or shelf that carries it, replace its tag, or write a new number. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { resolveScan } from "../api/tagQueries";
import type { AntennaRef, Bearer, BenchTag } from "../api/types";
import { Failure } from "../scan/Failure";
import { ScanField, type Scanned } from "../scan/ScanField";
import { shown } from "../scan/shown";
import { WholeText } from "../scan/WholeText";
import { StateBadge } from "../ui/StateBadge";
import css from "./bench.module.css";
import { PairForm } from "./PairForm";
import { ShelfWords } from "./ShelfWords";
import { NOT_WRITING } from "./steps";
import { TagPast } from "./TagPast";
import { WriteForm } from "./WriteForm";

type TagWorkProps = {
  at: AntennaRef | null;
  tags: BenchTag[];
  chosen: string | null;
  onChoose: (epc: string) => void;
};

export function TagWork({ at, tags, chosen, onChoose }: TagWorkProps) {
  const { t } = useTranslation();
  const [item, setItem] = useState<Bearer | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [said, setSaid] = useState<{ words: string; text: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [writing, setWriting] = useState(NOT_WRITING);
  const epc = chosen ?? typed;
  const underWay = writing.at !== "idle";
  const takeTag = (found: string) => (tags.some((one) => one.epc === found) ? onChoose(found) : setTyped(found));
  const take = async ({ text }: Scanned) => {
    setSaid(null);
    setError(null);
    try {
      const found = await resolveScan(text);
      if (found.kind === "shelf" && found.address) return setItem({ kind: "shelf", code: found.address });
      if (found.kind !== "tag" && found.item) return setItem(found.item);
      if (found.kind === "tag" && found.epc) return takeTag(found.epc);
      setSaid({ words: t("scan.unknown", { text: shown(text) }), text });
    } catch (problem) {
      setError(problem);
    }
  };
  const start = () => {
    setWriting(NOT_WRITING);
    setItem(null);
    setTyped(null);
    setSaid(null);
  };
  return (
    <section className="panel panel-pad form" aria-labelledby="tag-work" data-testid="tag-work">
      <h2 id="tag-work">{t("bench.work")}</h2>
      <p className={`code ${css.epc}`} data-testid="tag-work-epc">
        {epc ?? t("bench.pickOne")}
      </p>
      <ScanField label={t("bench.scanItem")} hint={t("bench.scanHint")} onScan={(scanned) => void take(scanned)} testId="bench-scan" />
      {said && (
        <div role="alert" className={css.refused}>
          {said.words}
          <WholeText text={said.text} />
        </div>
      )}
      <Failure error={error} />
      {item ? <Chosen item={item} onForget={start} /> : <p className="muted">{t("bench.noItem")}</p>}
      {epc && item && !underWay && <PairForm key={`${epc}/${item.code}`} epc={epc} item={item} onDone={start} />}
      {at && epc && item && (underWay || tags.some((one) => one.epc === epc)) && (
        <WriteForm
          at={at}
          epc={epc}
          item={item}
          alone={tags.length === 1}
          writing={writing}
          onWriting={setWriting}
          onDone={start}
        />
      )}
      {epc && <TagPast epc={epc} />}
    </section>
  );
}

function Chosen({ item, onForget }: { item: Bearer; onForget: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.chosen} data-testid="bench-item">
      <div>
        <div className="row">
          <span className="muted">{t(`common.kind.${item.kind}`)}</span> <strong className="code">{item.code}</strong>
          {item.kind !== "shelf" && <StateBadge state={item.state} />}
        </div>
        {item.kind === "shelf" ? <ShelfWords address={item.code} /> : item.title}
      </div>
      <Button variant="default" onClick={onForget}>
        {t("bench.forget")}
      </Button>
    </div>
  );
}
