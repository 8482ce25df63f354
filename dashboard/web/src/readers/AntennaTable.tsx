/** The antennas of a reader: where each looks, what it hears, how well it is connected. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { AntennaNow, ReaderNow } from "../api/types";
import { agoWords, figure } from "../i18n/format";
import { useMay } from "../people/may";
import { Icon } from "../ui/icons";
import { useNow } from "../ui/useNow";
import { Covers } from "./Covers";
import { canTell, isPoorMatch, type ReaderTone, toldAgo } from "./look";
import css from "./readers.module.css";

type AntennaTableProps = { room: string; reader: ReaderNow; tone: ReaderTone };

export function AntennaTable({ room, reader, tone }: AntennaTableProps) {
  const { t } = useTranslation();
  const label = t("readers.antennas", { reader: reader.id });
  const looks = useMay()("box.read");
  const can = { noise: canTell(reader, "noise_dbm"), returnLoss: canTell(reader, "return_loss_db") };
  const untold = (["noise", "returnLoss"] as const).filter((one) => !can[one]);
  const now = useNow();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={label}>
      <table className={`table ${css.antennas}`} data-old={tone !== "live" || undefined}>
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            <th className="num">{t("readers.antenna")}</th>
            <th>{t("readers.looksAt")}</th>
            <th>{t("readers.link")}</th>
            <th className="num">{t("readers.tags")}</th>
            <th className="num">{t("readers.reads")}</th>
            {can.noise && <th className="num">{t("readers.noise")}</th>}
            {can.returnLoss && <th className="num">{t("readers.returnLoss")}</th>}
            <th className="num">{t("readers.ranAgo")}</th>
            {looks && (
              <th>
                <span className="visually-hidden">{t("readers.seeBench")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {reader.antennas.map((antenna) => (
            <Row
              key={antenna.antenna}
              room={room}
              reader={reader.id}
              antenna={antenna}
              looks={looks}
              can={can}
              toldAgo_s={tone === "offline" ? null : toldAgo(reader.at, now)}
            />
          ))}
        </tbody>
      </table>
      {untold.length > 0 && (
        <p className={css.untold} data-testid="untold">
          {t("common.said", {
            head: untold.map((one) => t(`readers.${one}`)).join(t("common.and")),
            words: t("readers.doesNotTell"),
          })}
        </p>
      )}
    </div>
  );
}

type RowProps = {
  room: string;
  reader: string;
  antenna: AntennaNow;
  looks: boolean;
  /** What its reader can measure. */
  can: { noise: boolean; returnLoss: boolean };
  toldAgo_s: number | null;
};

/** One antenna as it was told so long ago; `null`: its reader is away, and only where it looks is known. */
function Row({ room, reader, antenna, looks, can, toldAgo_s }: RowProps) {
  const { t } = useTranslation();
  const { antenna: number, connected, noise_dbm, return_loss_db, cycle_age_ms } = antenna;
  const poor = isPoorMatch(antenna);
  const known = toldAgo_s !== null;
  return (
    <tr data-testid={`antenna-${number}`}>
      <td className="num">{number}</td>
      <td>
        <Covers covers={antenna.covers} side={antenna.side} />
      </td>
      <td className={connected === false ? css.bad : ""}>
        {connected === null ? "–" : t(`readers.connected.${connected ? "yes" : "no"}`)}
      </td>
      <td className="num">{known ? antenna.tags : "–"}</td>
      <td className="num">{figure(known ? antenna.reads_per_s : null, 0)}</td>
      {can.noise && <td className="num">{noise_dbm === null ? "–" : `${figure(noise_dbm, 0)} dBm`}</td>}
      {can.returnLoss && (
        <td className={`num ${poor ? css.bad : ""}`}>
          {return_loss_db === null ? "–" : `${figure(return_loss_db, 0)} dB`}
          {poor && <div className={css.why}>{t("readers.poorMatch")}</div>}
        </td>
      )}
      <td className="num">{known ? ranWords(t, cycle_age_ms, toldAgo_s) : "–"}</td>
      {looks && (
        <td className="num">
          <Link
            className="link-row"
            to={`/bench/${room}/${encodeURIComponent(reader)}/${number}`}
            aria-label={t("readers.seeBenchOf", { antenna: number, reader })}
          >
            <Icon name="tag" size={18} /> {t("readers.seeBench")}
          </Link>
        </td>
      )}
    </tr>
  );
}

/** When it ran: its age when that was told, and the time since. */
function ranWords(t: TFunction, age_ms: number | null, toldAgo_s: number): string {
  return age_ms === null ? t("readers.neverRan") : agoWords(t, age_ms / 1000 + toldAgo_s);
}
