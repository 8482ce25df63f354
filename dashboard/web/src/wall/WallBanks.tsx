/** Every bank in words large enough to be read from the aisle: state, who holds what, what hinders. */

import { useTranslation } from "react-i18next";
import type { StampedLive } from "../api/queries";
import type { Plan, SegmentState } from "../api/types";
import { motionReason, offlineReason } from "../i18n/codes";
import { momentWords, spanWords } from "../i18n/format";
import { aisleTone, type BankLook, bankLook, holdsOf, isOccupied, openAisles } from "../room/look";
import { leftWords } from "../room/MapAisle";
import { tripName } from "../shelving/words";
import { Icon, type IconName } from "../ui/icons";
import css from "./wall.module.css";

export function WallBanks({ plan, live, now }: { plan: Plan; live: StampedLive | undefined; now: number }) {
  const { t } = useTranslation();
  if (plan.banks.length === 0) return <p>{t("wall.noBanks")}</p>;
  return (
    <ul className={css.banks}>
      {plan.banks.map(({ bank }) => {
        const look = bankLook(live, bank, now);
        const state = live?.banks.find((one) => one.bank === bank);
        return (
          <li key={bank} className={css.bank} data-look={look.tone} data-testid={`wall-bank-${bank}`}>
            <h2>{t("room.bank", { bank })}</h2>
            {look.tone !== "live" && <Veiled look={look} />}
            {look.tone === "live" &&
              state?.segments.map((segment) => (
                <Segment key={segment.segment} segment={segment} look={look} numbered={state.segments.length > 1} />
              ))}
            {look.tone === "live" &&
              state?.lock_outs.map(({ column, actor }) => (
                <p key={column} className={css.lockOut}>
                  <Icon name="noEntry" size={26} />
                  {t("room.column", { column })} · {t("room.lockedOut")} · {actor.name}
                </p>
              ))}
          </li>
        );
      })}
    </ul>
  );
}

function Veiled({ look }: { look: BankLook }) {
  const { t } = useTranslation();
  const heard = look.age_s !== null && look.age_s < 1e8;
  return (
    <p className={css.segment} data-tone="stale">
      <Icon name="offline" size={32} />
      <span>
        <strong>{t(look.tone === "offline" ? "room.phase.offline" : "room.phase.stale")}</strong>
        <span>
          {look.why ? offlineReason(t, look.why) : heard ? spanWords(t, look.age_s ?? 0) : t("wall.never")}
        </span>
      </span>
    </p>
  );
}

const ICON: Record<ReturnType<typeof aisleTone>, IconName> = {
  open: "open",
  moving: "arrowRight",
  airing: "airing",
  refused: "alert",
  plain: "question",
  stale: "offline",
};
const CALM = ["normal", "ventilate"];

type SegmentProps = { segment: SegmentState; look: BankLook; numbered: boolean };

function Segment({ segment, look, numbered }: SegmentProps) {
  const { t } = useTranslation();
  const tone = aisleTone(look, segment);
  const { phase, mode, trip, why, own_lock } = segment;
  return (
    <div className={css.segment} data-tone={tone}>
      <Icon name={ICON[tone]} size={32} />
      <div>
        <strong>
          {numbered && `${t("room.segment", segment)} · `}
          <Headline segment={segment} />
        </strong>
        {phase === "open" &&
          holdsOf(segment).map(({ aisle, actor, since }) => (
            <span key={aisle} className={css.holder}>
              <Icon name="person" size={26} /> {t("room.aisle", { aisle })} · <b>{actor.name}</b> · {momentWords(since)}
            </span>
          ))}
        {isOccupied(segment) && <span className={css.inside}>{t("room.occupied")}</span>}
        {trip && <span>{tripName(t, trip.code)}</span>}
        {!trip && why && <span>{motionReason(t, why)}</span>}
        {!CALM.includes(mode) && <span>{t(`shelving.mode.${mode}`)}</span>}
        {own_lock && <span>{t("shelving.lock.lockedBy", { name: own_lock.actor.name, when: momentWords(own_lock.since) })}</span>}
      </div>
    </div>
  );
}

function Headline({ segment }: { segment: SegmentState }) {
  const { t } = useTranslation();
  const { phase, target, remaining_s } = segment;
  if (phase === "moving") {
    const to = target === null ? t("shelving.phase.moving") : t("room.toAisle", { aisle: target });
    return (
      <>
        {to} · {leftWords(t, remaining_s)}
      </>
    );
  }
  const open = openAisles(segment);
  if (phase !== "open" || open.length === 0) return <>{t(`shelving.phase.${phase}`)}</>;
  const holders = holdsOf(segment);
  return (
    <>
      {t("room.aisle", { aisle: open.join(" + ") })} · {t("room.phase.open")}
      {holders.length === 0 && ` · ${t("wall.noHold")}`}
    </>
  );
}
