/** Importing a table: check it first, see every problem by row, then apply or leave it. */

import { useTranslation } from "react-i18next";
import { useImports } from "../api/queries";
import type { ImportReport } from "../api/types";
import { exactMoment } from "../i18n/format";
import { useMay } from "../people/may";
import { Answer, Empty } from "../ui/Feedback";
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

function PastTable({ imports }: { imports: ImportReport[] }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("work.imports.past")}>
      <table className="table" data-testid="imports">
        <thead>
          <tr>
            <th>{t("work.imports.when")}</th>
            <th>{t("work.imports.kind")}</th>
            <th className="num">{t("work.imports.row")}</th>
            <th>{t("work.imports.by")}</th>
          </tr>
        </thead>
        <tbody>
          {imports.map((one) => (
            <tr key={one.import_id}>
              <td className="nowrap">{one.at ? exactMoment(one.at) : "–"}</td>
              <td>
                {t(`work.imports.kinds.${one.kind}`)}
                {one.file_name && <div className="code muted">{one.file_name}</div>}
              </td>
              <td className="num">
                {one.good} / {one.rows}
              </td>
              <td>{one.by ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
