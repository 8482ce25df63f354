/** Put away by scanner: the shelf's label, then each box as it goes on the shelf. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import "../i18n/tags";
import { call } from "../api/client";
import type { ItemResult, Results, TagItem } from "../api/types";
import { HomeWords } from "../boxes/PlaceLine";
import { Outcome } from "../scan/Outcome";
import { placeWords } from "../scan/place";
import { askedOf } from "../scan/item";
import { tagProblem, tagReason } from "../scan/problem";
import { ScanField } from "../scan/ScanField";
import { shown } from "../scan/shown";
import { play, type Verdict } from "../scan/sound";
import { Typed, UnknownHint } from "../scan/Typed";
import { type Read, useScans } from "../scan/useScans";
import css from "./floor.module.css";
import { FloorNav } from "./FloorNav";
import { type Put, verdictOf, withPut } from "./putAway";
import { PutList } from "./PutList";
import { ShelfHead } from "./ShelfHead";

type Said = { verdict: Verdict | "idle"; head: string; more?: ReactNode };

export function PutAwayPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [params, setParams] = useSearchParams();
  const shelf = params.get("shelf");
  const [puts, setPuts] = useState<Put[]>([]);
  const [said, setSaid] = useState<Said | null>(null);

  const tell = (verdict: Verdict, head: string, more?: ReactNode) => {
    play(verdict);
    setSaid({ verdict, head, more });
  };
  const choose = (address: string | null) => {
    setParams(address ? { shelf: address } : {}, { replace: true });
    setPuts([]);
  };
  const onRead = async ({ text, entered, found }: Read) => {
    if (found.kind === "shelf" && found.address) {
      choose(found.address);
      return tell("ok", t("floor.put.ready"));
    }
    if (found.kind === "place" && found.address) return tell("wrong", placeWords(t, found.address), t("scan.placeHint"));
    if (!shelf) return tell("wrong", t("scan.notShelf"), <Typed text={text} />);
    const item = found.item;
    if (!item) {
      const words = found.kind === "tag" ? t("scan.tagOfNothing") : t("scan.unknown", { text: shown(text) });
      return tell("wrong", words, <UnknownHint text={text} />);
    }
    const { results } = await call<Results>("POST", "/put-aways", { body: { shelf, items: [askedOf(item)], entered } });
    const result = results[0];
    if (!result) return;
    setPuts((old) => withPut(old, { key: Date.now(), name: item.code, item, result }));
    tellPut(item, result);
    for (const key of ["box", "file", "movements", "search", "face", "lists"]) void client.invalidateQueries({ queryKey: [key] });
  };
  const tellPut = ({ code, home }: TagItem, result: ItemResult) => {
    const verdict = verdictOf(result);
    const ended = result.lent_to ? t("floor.put.loanEnded", { person: result.lent_to }) : null;
    if (verdict === "wrong") return tell(verdict, t("floor.put.failed", { code }), tagReason(t, result.code ?? "unknown"));
    if (verdict === "ok") return tell(verdict, t("floor.put.right", { code }), ended);
    tell(
      verdict,
      t("floor.put.wrong", { code }),
      <>
        {t("floor.put.belongs")} <HomeWords address={home} />
        {t("floor.put.stop")} {t("floor.put.kept")} {ended}
      </>,
    );
  };
  const { scan, busy } = useScans({ onRead, onFail: (error, text) => tell("wrong", shown(text), tagProblem(t, error)) });

  return (
    <div className={`page ${css.cart}`}>
      <FloorNav />
      <div>
        <h1>{t("floor.put.title")}</h1>
        <p className="muted">{t("floor.put.lead")}</p>
      </div>
      <section className="panel panel-pad form">
        <ShelfHead shelf={shelf} onOther={() => choose(null)} />
        <ScanField
          label={t(shelf ? "floor.scanBox" : "floor.scanShelf")}
          hint={t(shelf ? "floor.scanBoxHint" : "floor.scanShelfHint")}
          busy={busy}
          sound
          onScan={scan}
          testId="put-scan"
        />
        <Outcome verdict={said?.verdict ?? "idle"} head={said?.head ?? t(shelf ? "floor.put.ready" : "floor.scanShelf")}>
          {said?.more}
        </Outcome>
      </section>
      {shelf && <PutList puts={puts} />}
    </div>
  );
}
