/** Check one shelf by scanner: its label, every box on it, then what is right, missing or out of place. */

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { call } from "../api/client";
import type { ShelfChecked } from "../api/types";
import { Failure } from "../scan/Failure";
import { Outcome } from "../scan/Outcome";
import { placeWords } from "../scan/place";
import { tagProblem } from "../scan/problem";
import { ScanField } from "../scan/ScanField";
import { clipped, shown } from "../scan/shown";
import { play, type Verdict } from "../scan/sound";
import { Typed, UnknownHint } from "../scan/Typed";
import { type Read, useScans } from "../scan/useScans";
import { Icon } from "../ui/icons";
import { CheckResult } from "./CheckResult";
import { type Counted, isCounted, withCounted } from "./counted";
import css from "./floor.module.css";
import { FloorNav } from "./FloorNav";
import { ShelfHead } from "./ShelfHead";

type Said = { verdict: Verdict; head: string; more?: ReactNode };

export function ShelfCheckPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [shelf, setShelf] = useState<string | null>(null);
  const [counted, setCounted] = useState<Counted[]>([]);
  const [said, setSaid] = useState<Said | null>(null);
  const check = useMutation({
    mutationFn: () =>
      call<ShelfChecked>("POST", "/shelf-checks", { body: { shelf, found: counted.map((one) => clipped(one.text)) } }),
    onSuccess: (found) => play(found.misplaced_here.length + found.missing.length + found.unknown.length > 0 ? "unsure" : "ok"),
    onSettled: () => {
      for (const key of ["box", "file", "face", "search", "lists"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });

  const tell = (verdict: Verdict, head: string, more?: ReactNode) => {
    play(verdict);
    setSaid({ verdict, head, ...(more !== undefined && { more }) });
  };
  const start = (address: string | null) => {
    setShelf(address);
    setCounted([]);
    setSaid(null);
    check.reset();
  };
  const onRead = ({ text, found }: Read) => {
    if (found.kind === "shelf" && found.address && (!shelf || counted.length === 0)) {
      start(found.address);
      return play("ok");
    }
    if (found.kind === "place" && found.address) return tell("wrong", placeWords(t, found.address), t("scan.placeHint"));
    if (!shelf) return tell("wrong", t("scan.notShelf"), <Typed text={text} />);
    if (found.kind === "shelf") return tell("wrong", t("floor.check.finish"), text);
    const one: Counted = { key: found.item?.code ?? found.epc ?? text, text, title: found.item?.title ?? null };
    if (isCounted(counted, one)) return tell("unsure", t("floor.check.twice", { text: shown(one.key) }));
    setCounted((old) => withCounted(old, one));
    if (!found.item) return tell("unsure", t("scan.unknown", { text: shown(text) }), <UnknownHint text={text} />);
    tell("ok", t("floor.check.took", { text: one.key }), one.title ?? "");
  };
  const { scan, busy } = useScans({ onRead, onFail: (error, text) => tell("wrong", shown(text), tagProblem(t, error)) });

  if (check.data && shelf) {
    return (
      <div className={`page ${css.cart}`}>
        <FloorNav />
        <h1>{t("floor.check.title")}</h1>
        <CheckResult shelf={shelf} checked={check.data} onNext={() => start(null)} />
      </div>
    );
  }
  return (
    <div className={`page ${css.cart}`}>
      <FloorNav />
      <div>
        <h1>{t("floor.check.title")}</h1>
        <p className="muted">{t("floor.check.lead")}</p>
      </div>
      <section className="panel panel-pad form">
        <ShelfHead shelf={shelf} onOther={() => start(null)} />
        <ScanField
          label={t(shelf ? "floor.check.scan" : "floor.scanShelf")}
          hint={t(shelf ? "floor.check.scanHint" : "floor.scanShelfHint")}
          busy={busy}
          sound
          onScan={scan}
          testId="check-scan"
        />
        <Outcome
          verdict={said?.verdict ?? "idle"}
          head={said?.head ?? (shelf ? t("floor.check.counted", { count: counted.length }) : t("floor.scanShelf"))}
        >
          {said?.more}
        </Outcome>
        <Failure error={check.error} />
      </section>
      {shelf && (
        <section className="panel panel-pad form" aria-labelledby="counted">
          <div className="row spread">
            <h2 id="counted" data-testid="counted">
              {t("floor.check.counted", { count: counted.length })}
            </h2>
            <Button
              size="lg"
              leftSection={<Icon name="check" />}
              loading={check.isPending}
              onClick={() => check.mutate()}
              data-testid="check-finish"
            >
              {t("floor.check.finish")}
            </Button>
          </div>
          <CountedList counted={counted} onDrop={(key) => setCounted((old) => old.filter((one) => one.key !== key))} />
        </section>
      )}
    </div>
  );
}

function CountedList({ counted, onDrop }: { counted: Counted[]; onDrop: (key: string) => void }) {
  const { t } = useTranslation();
  return (
    <ol className={css.list} aria-label={t("floor.check.list")}>
      {counted.map(({ key, title }) => (
        <li key={key}>
          <span className="code" title={key}>
            {shown(key)}
          </span>
          <span className={css.grow}>{title ?? t("floor.check.unknown")}</span>
          <Button
            variant="default"
            px="sm"
            aria-label={t("floor.check.drop", { text: shown(key) })}
            title={t("floor.check.dropShort")}
            onClick={() => onDrop(key)}
          >
            <Icon name="close" />
          </Button>
        </li>
      ))}
    </ol>
  );
}
