/** The tables of the load of alarms. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { query } from "../api/client";
import { figure } from "../i18n/format";
import { Share } from "../air/Share";
import { Unconfirmed } from "../air/Unconfirmed";
import { Tone, type ToneName } from "../ui/Tone";
import type { IconName } from "../ui/icons";
import { type AlarmLoad, type BadActor, figureRows, figureText, priorityMix, type Target, type Verdict, type ZoneLoad } from "./load";
import { type AlarmNames, kindWords } from "./words";

const TONE: Record<Verdict, { tone: ToneName; icon: IconName }> = {
  met: { tone: "open", icon: "check" },
  missed: { tone: "refused", icon: "alert" },
  plain: { tone: "plain", icon: "question" },
  nothing: { tone: "stale", icon: "question" },
};

export function FigureTable({ load }: { load: AlarmLoad }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("alarmLoad.figures")}>
      <table className="table" data-testid="load-figures">
        <thead>
          <tr>
            <th scope="col">{t("alarmLoad.figure")}</th>
            <th scope="col" className="num">{t("alarmLoad.value")}</th>
            <th scope="col" className="num">{t("alarmLoad.target")}</th>
            <th scope="col">{t("alarmLoad.verdict")}</th>
            <th scope="col">{t("air.source")}</th>
          </tr>
        </thead>
        <tbody>
          {figureRows(load).map(({ figure: name, value, target, verdict }) => (
            <tr key={name} data-figure={name} data-verdict={verdict}>
              <td>
                {t(`alarmLoad.name.${name}`)}
                <div className="muted">{t(`alarmLoad.about.${name}`)}</div>
              </td>
              <td className="num">{figureText(name, value)}</td>
              <td className="num">{target?.most == null ? "–" : t("alarmLoad.most", { most: figureText(name, target.most) })}</td>
              <td>
                <Tone {...TONE[verdict]}>{t(`alarmLoad.is.${verdict}`)}</Tone>
              </td>
              <td>
                <Source target={target} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Source({ target }: { target: Target | null }) {
  const { t } = useTranslation();
  if (!target) return <span className="muted">{t("alarmLoad.ours")}</span>;
  return (
    <>
      {target.source} {!target.confirmed && <Unconfirmed />}
    </>
  );
}

type ActorsProps = { actors: BadActor[]; names: AlarmNames };

export function BadActors({ actors, names }: ActorsProps) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("alarmLoad.worst")}>
      <table className="table" data-testid="load-worst">
        <thead>
          <tr>
            <th scope="col">{t("alarmLoad.what")}</th>
            <th scope="col">{t("alarmLoad.where")}</th>
            <th scope="col" className="num">{t("alarmLoad.count")}</th>
            <th scope="col">{t("alarmLoad.share")}</th>
            <th scope="col">{t("alarmLoad.chatters")}</th>
          </tr>
        </thead>
        <tbody>
          {actors.map((one) => (
            <tr key={`${one.kind} ${one.subject}`}>
              <td>
                <Link to={`/alarms${query({ show: "all", room: one.room, kind: one.kind, zone: one.zone ?? undefined })}`}>
                  {kindWords(t, one.kind)}
                </Link>
              </td>
              <td>{placeWords(one, names)}</td>
              <td className="num">{one.count}</td>
              <td>
                <Share pct={one.share_pct} />
              </td>
              <td>
                {one.chatters ? (
                  <Tone tone="refused" icon="alert">
                    {t("alarmLoad.doesChatter")}
                  </Tone>
                ) : (
                  t("alarmLoad.noChatter")
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Room, zone and the device behind the subject's code. */
function placeWords({ room, zone, subject }: BadActor, names: AlarmNames): string {
  const device = subject.startsWith(`${room}/`) ? subject.slice(room.length + 1) : null;
  const parts = [names.room(room), zone && names.zone(room, zone), device ? names.device(room, device) : subject === room ? null : subject];
  return parts.filter(Boolean).join(" · ");
}

export function ZoneLoads({ zones, names }: { zones: ZoneLoad[]; names: AlarmNames }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("alarmLoad.zones")}>
      <table className="table" data-testid="load-zones">
        <thead>
          <tr>
            <th scope="col">{t("alarmList.zone")}</th>
            <th scope="col" className="num">{t("alarmLoad.count")}</th>
            <th scope="col" className="num">{t("alarmLoad.perMonth")}</th>
            <th scope="col">{t("alarmLoad.standing")}</th>
          </tr>
        </thead>
        <tbody>
          {zones.map((one) => (
            <tr key={`${one.room}/${one.zone ?? ""}`}>
              <td>{[names.room(one.room), one.zone ? names.zone(one.room, one.zone) : t("air.notZone")].join(" · ")}</td>
              <td className="num">{one.count}</td>
              <td className="num">{figure(one.per_month)}</td>
              <td>
                <Share pct={one.standing_pct} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function PriorityMix({ load }: { load: AlarmLoad }) {
  const { t } = useTranslation();
  const target = load.targets.find((one) => one.figure === "priorities") ?? null;
  return (
    <>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("alarmLoad.mix")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("alarmLoad.priority")}</th>
              <th scope="col" className="num">{t("alarmLoad.count")}</th>
              <th scope="col">{t("alarmLoad.share")}</th>
              <th scope="col" className="num">{t("alarmLoad.target")}</th>
            </tr>
          </thead>
          <tbody>
            {priorityMix(load).map((one) => (
              <tr key={one.priority}>
                <td>{t(`alarms.priority.${one.priority}`)}</td>
                <td className="num">{one.count}</td>
                <td>
                  <Share pct={one.share_pct} />
                </td>
                <td className="num">{one.about_pct === null ? "–" : t("alarmLoad.aboutPct", { pct: one.about_pct })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="muted">
        {t("air.source")}: <Source target={target} />
      </p>
    </>
  );
}
