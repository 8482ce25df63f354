/** Importing a table: check it first, see every problem by row, then apply or leave it. */

import { useTranslation } from "react-i18next";
import { useImports } from "../api/queries";
import type { PastImport } from "../api/types";
import { exactMoment } from "../i18n/format";
import { useMay } from "../people/may";
import { whoWords } from "../people/who";
import { Answer, Empty } from "../ui/Feedback";
import type { IconName } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { ImportForm } from "./ImportForm";

export function ImportsPage() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <div className="page">
      <div>
        <h1>{t("work.imports.title")}</h1>
        <p className="muted">{t("work.imports.lead")}</p>
      </div>
      {may("import.run") && <ImportForm />}
      {may("import.read") && <Past />}
    </div>
  );
}

function Past() {
  const { t } = useTranslation();
  const imports = useImports();
  return (
    <section className="panel panel-pad">
      <h2>{t("work.imports.past")}</h2>
      <Answer of={imports}>
        {(data) =>
          data.imports.length === 0 ? <Empty>{t("work.imports.none")}</Empty> : <PastTable imports={data.imports} />
        }
      </Answer>
    </section>
  );
}

const LOOK: Record<PastImport["state"], { tone: ToneName; icon?: IconName }> = {
  staging: { tone: "moving", icon: "clock" },
  publishing: { tone: "moving", icon: "clock" },
  updating: { tone: "moving", icon: "clock" },
  done: { tone: "open", icon: "check" },
  rejected: { tone: "refused" },
  failed: { tone: "refused" },
};

function PastTable({ imports }: { imports: PastImport[] }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("work.imports.past")}>
      <table className="table" data-testid="imports">
        <thead>
          <tr>
            <th>{t("work.imports.when")}</th>
            <th>{t("work.imports.who")}</th>
            <th>{t("work.imports.kind")}</th>
            <th>{t("work.imports.outcome")}</th>
            <th className="num">{t("work.imports.counts")}</th>
          </tr>
        </thead>
        <tbody>
          {imports.map((one) => (
            <tr key={one.id}>
              <td className="nowrap">{exactMoment(one.at)}</td>
              <td>{whoWords(t, one.by)}</td>
              <td>
                {t(`work.imports.kinds.${one.kind}`)}
                <div className="code muted">{one.name}</div>
              </td>
              <td>
                <Tone {...LOOK[one.state]}>{t(`work.imports.state.${one.state}`)}</Tone>
              </td>
              <td className="num">
                {t("work.imports.sum", { good: one.good, rows: one.rows })}
                <div className="muted">
                  {t("work.imports.effect", { fresh: one.fresh, changed: one.changed, same: one.same })}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
