/** What every bank does now, in words: the list beside the whole-room map. */

import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { StampedLive } from "../api/queries";
import type { ClimateNow, Plan } from "../api/types";
import { ProbeTile } from "../climate/ProbeTile";
import { agoWords } from "../i18n/format";
import { motionReason, offlineReason } from "../i18n/codes";
import { useMay } from "../people/may";
import { later } from "../ui/later";
import { Tone, type ToneName } from "../ui/Tone";
import { useNow } from "../ui/useNow";
import { aisleTone, bankLook, type BankLook } from "./look";
import { useSegmentWords } from "./MapAisle";
import css from "./room.module.css";

const ProgramPanel = later(() => import("../shelving/ProgramPanel").then((part) => part.ProgramPanel));

export function RoomNow({ plan, live, climate, onBank }: RoomNowProps) {
  const { t } = useTranslation();
  const now = useNow();
  const program = (
    <Suspense>
      <ProgramPanel room={plan.room} live={live} />
    </Suspense>
  );
  const status = live?.room?.program?.status;
  const isUrgent = status === "warning" || status === "running";
  return (
    <aside className={css.now}>
      {isUrgent && program}
      <section className="panel panel-pad">
        <h2>{t("room.table.states")}</h2>
        <ul className={css.bankList}>
          {plan.banks.map((bank) => (
            <li key={bank.bank}>
              <button type="button" className={css.bankRow} onClick={() => onBank(bank.bank)}>
                <BankRow
                  name={t("room.bank", { bank: bank.bank })}
                  live={live}
                  bank={bank.bank}
                  look={bankLook(live, bank.bank, now)}
                />
              </button>
            </li>
          ))}
        </ul>
      </section>
      {!isUrgent && program}
      {climate && climate.probes.length > 0 && (
        <section className="panel panel-pad">
          <h2>{t("work.climate.title")}</h2>
          <div className={css.tiles}>
            {climate.probes.map((probe) => (
              <ProbeTile key={probe.id} probe={probe} small />
            ))}
          </div>
        </section>
      )}
    </aside>
  );
}

type RoomNowProps = {
  plan: Plan;
  live: StampedLive | undefined;
  climate: ClimateNow | undefined;
  onBank: (bank: number) => void;
};

const TONE: Record<string, ToneName> = {
  open: "open",
  moving: "moving",
  airing: "airing",
  refused: "refused",
  plain: "stale",
  stale: "stale",
};

type BankRowProps = { name: string; live: StampedLive | undefined; bank: number; look: BankLook };

function BankRow({ name, live, bank, look }: BankRowProps) {
  const { t } = useTranslation();
  const words = useSegmentWords();
  const watches = useMay()("live.read");
  const state = live?.banks.find((one) => one.bank === bank);
  return (
    <>
      <strong>{name}</strong>
      {look.tone === "live" &&
        state?.segments.map((segment) => {
          const tone = aisleTone(look, segment);
          return (
            <span key={segment.segment} className={css.bankState}>
              <Tone tone={TONE[tone] ?? "plain"}>{words(segment, tone, { numbered: state.segments.length > 1 })}</Tone>
              {segment.why && <span className={css.why}>{motionReason(t, segment.why)}</span>}
            </span>
          );
        })}
      {!watches && <span className={css.why}>{t("room.notShown")}</span>}
      {watches && look.tone !== "live" && (
        <Tone tone={look.tone === "offline" ? "offline" : "stale"}>
          {look.tone === "offline"
            ? t("room.phase.offline")
            : `${t("room.phase.stale")} · ${look.age_s === null ? t("common.age.never") : agoWords(t, look.age_s)}`}
        </Tone>
      )}
      {look.why && (
        <span className={css.why} title={look.why}>
          {offlineReason(t, look.why)}
        </span>
      )}
    </>
  );
}
