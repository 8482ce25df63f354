/** What a check or an import found, row by row. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { BadRow, ImportReport } from "../api/types";
import { importReason } from "../i18n/codes";
import { Tone } from "../ui/Tone";

const SHOWN = 500;

export function Report({ report, onApply, onDiscard }: ReportProps) {
  const { t } = useTranslation();
  const clean = report.bad.length === 0;
  if (report.applied) {
    return (
      <div className="row" role="status" data-testid="import-applied">
        <Tone tone="open" icon="check">
          {t("work.imports.applied", { count: report.good })}
        </Tone>
        <Button variant="default" onClick={onDiscard}>
          {t("common.do.close")}
        </Button>
      </div>
    );
  }
  return (
    <div className="form" data-testid="import-report">
      <h2>{t("work.imports.report")}</h2>
      <div className="row">
        <span>{t("work.imports.rows", { count: report.rows })}</span>
        <Tone tone="open" icon="check">
          {t("work.imports.good", { count: report.good })}
        </Tone>
        {!clean && <Tone tone="refused">{t("work.imports.bad", { count: report.bad.length })}</Tone>}
      </div>
      <p>{t(clean ? "work.imports.allGood" : "work.imports.someBad")}</p>
      {!clean && <BadRows bad={report.bad} />}
      <div className="row">
        <Button
          disabled={report.good === 0}
          {...(!clean && { variant: "default" })}
          onClick={() => onApply(!clean)}
          data-testid="import-apply"
        >
          {clean ? t("work.imports.apply") : t("work.imports.applyPartial", { count: report.good })}
        </Button>
        <Button variant="default" onClick={onDiscard} data-testid="import-discard">
          {t("work.imports.discard")}
        </Button>
      </div>
    </div>
  );
}

type ReportProps = {
  report: ImportReport;
  onApply: (partial: boolean) => void;
  onDiscard: () => void;
};

function BadRows({ bad }: { bad: BadRow[] }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("work.imports.report")}>
      <table className="table" data-testid="import-bad">
        <thead>
          <tr>
            <th className="num">{t("work.imports.row")}</th>
            <th>{t("work.imports.field")}</th>
            <th>{t("work.imports.problem")}</th>
            <th>{t("work.imports.value")}</th>
          </tr>
        </thead>
        <tbody>
          {bad.slice(0, SHOWN).map((one, index) => (
            <tr key={index}>
              <td className="num">{one.row}</td>
              <td className="code">{one.field}</td>
              <td>{importReason(t, one.code)}</td>
              <td className="code">{one.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
