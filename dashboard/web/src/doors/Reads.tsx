/** What the antennas of a door heard of one tag: the evidence, as a small table. */

import { useTranslation } from "react-i18next";
import type { Passage } from "../api/types";
import { exactMoment, figure } from "../i18n/format";
import css from "./doors.module.css";

export function Reads({ passage: { reads, item, epc } }: { passage: Passage }) {
  const { t } = useTranslation();
  if (reads.length === 0) return <p className="muted">{t("doors.noReads")}</p>;
  const begin = Math.min(...reads.map((read) => Date.parse(read.at)));
  const label = t("doors.readsOf", { code: item?.code ?? epc });
  return (
    <details className={css.reads} data-testid="reads">
      <summary>
        {t("doors.reads")} · {reads.length}
      </summary>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={label}>
        <table className="table">
          <thead>
            <tr>
              <th className="num">{t("doors.at")}</th>
              <th className="num">{t("doors.antenna")}</th>
              <th>{t("doors.side")}</th>
              <th className="num">{t("doors.strength")}</th>
              <th className="num">{t("doors.count")}</th>
            </tr>
          </thead>
          <tbody>
            {reads.map((read) => (
              <tr key={`${read.antenna}/${read.at}`}>
                <td className="num nowrap" title={exactMoment(read.at)}>
                  {t("doors.after", { s: figure((Date.parse(read.at) - begin) / 1000, 1) })}
                </td>
                <td className="num">{read.antenna}</td>
                <td>{read.side ? t(`common.covers.side.${read.side}`) : "–"}</td>
                <td className="num">{read.rssi_dbm === null ? "–" : `${figure(read.rssi_dbm, 0)} dBm`}</td>
                <td className="num">{read.count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
