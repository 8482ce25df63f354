/** What a segment does now: columns, mode, lock, drives. */

import { useTranslation } from "react-i18next";
import type { SegmentState } from "../api/types";
import { motionReason } from "../i18n/codes";
import { momentWords } from "../i18n/format";
import { aisleTone, type BankLook, openAisles } from "../room/look";
import { leftWords } from "../room/MapAisle";
import { Tone, type ToneName } from "../ui/Tone";
import css from "./shelving.module.css";

const TONE: Record<ReturnType<typeof aisleTone>, ToneName> = {
  open: "open",
  moving: "moving",
  airing: "airing",
  refused: "refused",
  plain: "stale",
  stale: "stale",
};
const CALM = ["normal", "ventilate"];

export function NowPanel({ segment, look }: { segment: SegmentState; look: BankLook }) {
  const { t } = useTranslation();
  const tone = TONE[aisleTone(look, segment)];
  const live = look.tone === "live";
  const { lock, own_lock, sleep, mode } = segment;
  const locked = own_lock
    ? t("shelving.lock.lockedBy", { name: own_lock.actor.name, when: momentWords(own_lock.since) })
    : t(`shelving.lock.${lock}`);
  return (
    <section className="panel panel-pad" data-testid="now" data-phase={segment.phase} data-mode={mode}>
      <h2>{t(live ? "shelving.now.title" : "shelving.now.last")}</h2>
      <dl className={css.facts}>
        <dt>{t("shelving.now.phase")}</dt>
        <dd>
          <Tone tone={tone} {...(segment.phase === "open" && live && { icon: "shelving" })}>
            {t(`shelving.phase.${segment.phase}`)}
          </Tone>{" "}
          <WhereNow segment={segment} />
        </dd>
        <dt>{t("shelving.now.mode")}</dt>
        <dd>
          <Tone tone={!live ? "stale" : CALM.includes(mode) ? "plain" : "refused"}>{t(`shelving.mode.${mode}`)}</Tone>
        </dd>
        <dt>{t("shelving.now.lock")}</dt>
        <dd>
          <Tone tone={live && lock === "unlocked" && !own_lock ? "plain" : "stale"} icon={lock === "unlocked" ? "unlock" : "lock"}>
            {locked}
          </Tone>
        </dd>
        <dt>{t("shelving.now.sleep")}</dt>
        <dd>
          <Tone tone={live && (sleep === "awake" || sleep === null) ? "plain" : "stale"} icon={sleep === "asleep" ? "sleep" : "wake"}>
            {t(`shelving.sleep.${sleep ?? "unreported"}`)}
          </Tone>
        </dd>
      </dl>
    </section>
  );
}

/** Which aisle is open, or where the columns go and how long it still takes. */
function WhereNow({ segment }: { segment: SegmentState }) {
  const { t } = useTranslation();
  if (segment.phase === "moving") {
    return (
      <>
        {segment.target !== null && t("shelving.now.target", { aisle: segment.target })} {leftWords(t, segment.remaining_s)}
      </>
    );
  }
  if (segment.phase === "halted" && segment.why) return <>{motionReason(t, segment.why)}</>;
  if (segment.phase !== "open") return null;
  const aisles = openAisles(segment);
  return <>{aisles.length > 0 ? t("shelving.now.open", { aisles: aisles.join(", ") }) : t("shelving.now.closed")}</>;
}
