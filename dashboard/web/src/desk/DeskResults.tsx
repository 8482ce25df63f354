/** What became of each thing on the list. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PlaceWords } from "../boxes/PlaceLine";
import { Outcome } from "../scan/Outcome";
import { tagReason } from "../scan/problem";
import { Icon } from "../ui/icons";
import css from "./desk.module.css";
import { type Mode, rowKey } from "./list";
import type { Done } from "./useDesk";

type DeskResultsProps = { mode: Mode; done: Done; onClear: () => void };

export function DeskResults({ mode, done, onClear }: DeskResultsProps) {
  const { t } = useTranslation();
  const failed = done.filter(({ result }) => !result.ok).length;
  const good = done.length - failed;
  return (
    <section className="panel panel-pad form" aria-labelledby="desk-result" data-testid="desk-results">
      <h2 id="desk-result">{t("desk.result")}</h2>
      <Outcome
        verdict={failed === 0 ? "ok" : good === 0 ? "wrong" : "unsure"}
        head={[good > 0 && t("desk.done", { count: good }), failed > 0 && t("desk.failed", { count: failed })]
          .filter(Boolean)
          .join(" · ")}
      >
        {mode === "out" && good > 0 && t("desk.leave")}
      </Outcome>
      <ul className={css.rows}>
        {done.map(({ row, result }) => (
          <li key={rowKey(row)} data-able={result.ok || undefined} data-testid="desk-result" data-ok={result.ok}>
            <Icon name={result.ok ? "check" : "alert"} size={24} />
            <div className={css.rowWords}>
              <div>
                <span className="muted">{t(`common.kind.${row.item.kind}`)}</span>{" "}
                <strong className="code">{row.item.code}</strong>
              </div>
              <div>{row.item.title}</div>
              {result.ok ? (
                <div>
                  {t("desk.ok")}
                  {result.place && (
                    <>
                      {" · "}
                      <PlaceWords place={result.place} since={false} />
                    </>
                  )}
                </div>
              ) : (
                <div className={css.cannot}>{tagReason(t, result.code ?? "unknown")}</div>
              )}
            </div>
          </li>
        ))}
      </ul>
      <Button size="lg" onClick={onClear} data-autofocus autoFocus data-testid="desk-clear">
        {t("desk.clear")}
      </Button>
    </section>
  );
}
