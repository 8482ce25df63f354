/** The one primary action: have the aisle opened, and say at every moment how far it is. */

import { Button } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import type { StampedLive } from "../api/queries";
import type { Plan } from "../api/types";
import { motionReason, offlineReason } from "../i18n/codes";
import { momentWords, spanWords } from "../i18n/format";
import { Icon, type IconName } from "../ui/icons";
import { useNow } from "../ui/useNow";
import { type BankLook, bankLook } from "./look";
import { leftWords } from "./MapAisle";
import { type MotionView, motionView, viewWhileBlind } from "./motion";
import css from "./motion.module.css";
import { type AislePlace, useOpenAisle } from "./useMotion";

/** The button keeps its place in every state, so that what stands below it never moves up. */
export function OpenAisle({ place, plan, live, mayOpen, blocked = null, purpose = "" }: OpenAisleProps) {
  const { t } = useTranslation();
  const now = useNow();
  const bank = live?.banks.find((one) => one.bank === place.bank);
  const segment = bank?.segments.find((one) => one.segment === place.segment) ?? null;
  const look = bankLook(live, place.bank, now);
  const isLive = look.tone === "live";
  const { ask, open } = useOpenAisle(place, bank, isLive, purpose);
  const view = isLive ? motionView(ask, segment, place.aisle) : viewWhileBlind(motionView(ask, null, place.aisle));
  const busy = BUSY.includes(view.name);
  const label = where(t, plan, place);
  return (
    <div className={css.action} data-view={view.name}>
      {mayOpen && (
        <Button
          fullWidth
          size="lg"
          leftSection={<Icon name="open" size={22} />}
          disabled={busy || view.name === "open" || !isLive || blocked !== null}
          onClick={() => void open()}
          data-testid="open-aisle"
        >
          {view.name === "idle" || view.name === "open" || busy ? t("motion.open") : t("motion.openAgain")}
        </Button>
      )}
      <MotionStatus
        view={view}
        label={label}
        atBank={plan.start === "at_bank"}
        look={look}
        known={isLive && segment?.phase !== "unknown"}
      />
      {view.name === "refused" && <SeeBank place={place} />}
      {blocked && view.name === "idle" && <p className={css.note}>{motionReason(t, blocked)}</p>}
      {plan.start === "at_bank" && view.name === "idle" && !blocked && (
        <p className={css.note}>{t("motion.atBank")}</p>
      )}
      {!mayOpen && <p className={css.note}>{t("motion.noPermission")}</p>}
    </div>
  );
}

const BUSY: readonly MotionView["name"][] = ["asking", "accepted", "armed", "moving"];

type OpenAisleProps = {
  place: AislePlace;
  plan: Plan;
  live: StampedLive | undefined;
  mayOpen: boolean;
  /** The code of why it would be refused for certain. */
  blocked?: string | null;
  /** What the aisle is wanted for, as the holder's colleagues read it. */
  purpose?: string;
};

/** From a refusal to the page that tells everything that speaks against motion there. */
function SeeBank({ place: { room, bank, segment } }: { place: AislePlace }) {
  const { t } = useTranslation();
  if (useLocation().pathname.startsWith("/shelving")) return null;
  return (
    <Link className="link-row" to={`/shelving/${room}/${bank}?segment=${segment}`} data-testid="see-bank">
      <Icon name="shelving" /> {t("motion.seeBank")}
    </Link>
  );
}

/** Name an aisle the way people do: by the columns beside it. */
export function where(t: TFunction, plan: Plan, place: AislePlace): string {
  const bank = plan.banks.find((one) => one.bank === place.bank);
  const segment = bank?.segments.find((one) => one.segment === place.segment);
  const aisle = t("room.aisleOf", { bank: place.bank, aisle: place.aisle });
  if (!bank || !segment) return aisle;
  const low = segment.first - 1 + place.aisle;
  const beside =
    low < 1
      ? t("room.beforeColumn", { column: 1 })
      : low >= bank.columns
        ? t("room.afterColumn", { column: bank.columns })
        : t("room.between", { low, high: low + 1 });
  const name =
    bank.segments.length > 1 ? t("room.aisleSegment", { ...place }) : aisle;
  return `${name} (${beside})`;
}

const ICON: Record<MotionView["name"], IconName> = {
  idle: "map",
  asking: "clock",
  accepted: "check",
  armed: "turn",
  moving: "arrowRight",
  open: "open",
  refused: "alert",
  failed: "alert",
  expired: "clock",
  silent: "offline",
};

type StatusProps = {
  view: MotionView;
  label: string;
  atBank: boolean;
  look: BankLook;
  /** Whether the steel's state is known well enough to call the aisle closed. */
  known: boolean;
};

function MotionStatus({ view, label, atBank, look, known }: StatusProps) {
  const { t } = useTranslation();
  return (
    <div
      className={css.status}
      data-view={view.name}
      data-testid="motion-status"
      role={view.name === "refused" ? "alert" : "status"}
    >
      <Icon name={ICON[view.name]} size={22} />
      <div>
        <strong>{headline(t, view, atBank, known)}</strong>
        <div className={css.statusWhere}>{label}</div>
        <Reason view={view} />
        <Blind look={look} />
      </div>
    </div>
  );
}

/** Why nothing can be asked now, and since when the bank has not been heard. */
function Blind({ look }: { look: BankLook }) {
  const { t } = useTranslation();
  if (look.tone === "live") return null;
  const heard = look.age_s === null || look.age_s > 1e8 ? null : spanWords(t, look.age_s);
  return (
    <div data-testid="motion-blind" data-look={look.tone}>
      {look.tone === "stale" && heard ? t("motion.blind.staleFor", { age: heard }) : t(`motion.blind.${look.tone}`)}
      {look.tone === "offline" && look.why && ` ${offlineReason(t, look.why)}`}
    </div>
  );
}

function Reason({ view }: { view: MotionView }) {
  const { t } = useTranslation();
  if (view.name === "open") {
    return view.holder && <div>{t("motion.holder", { name: view.holder })}</div>;
  }
  if (view.name === "armed") return <ArmedWords by={view.by} until={view.until} />;
  if (!("code" in view)) return null;
  return (
    <div data-testid="motion-reason" data-code={view.code ?? undefined}>
      {view.code && motionReason(t, view.code, view.params)}
      {view.holder && !isSaid(view.params) && ` ${t("motion.holder", { name: view.holder })}`}
    </div>
  );
}

/** Whether the reason names the holder already. */
const isSaid = (params: Record<string, unknown> | undefined) => params?.holder !== undefined && params.aisle !== undefined;

/** Where it is started, and how long it may still be. */
export function ArmedWords({ by, until }: { by: string | null; until: string | null }) {
  const { t } = useTranslation();
  const now = useNow();
  if (until === null) return null;
  const left = spanWords(t, Math.max(0, (Date.parse(until) - now) / 1000));
  return (
    <div data-testid="armed-until">
      {t("motion.armedUntil", { when: momentWords(until), left })} {by && t("motion.armedBy", { name: by })}
    </div>
  );
}

function headline(t: TFunction, view: MotionView, atBank: boolean, known: boolean): string {
  switch (view.name) {
    case "idle":
      return known ? t("room.aisleClosed") : t("room.aisleUnknown");
    case "asking":
      return t("motion.state.asking");
    case "accepted":
      return atBank ? t("motion.state.acceptedAtBank") : t("motion.state.accepted");
    case "moving":
      return view.left_s > 0
        ? `${t("motion.state.started")} · ${leftWords(t, view.left_s)}`
        : t("motion.state.started");
    case "open":
      return t("motion.state.done");
    default:
      return t(`motion.state.${view.name}`);
  }
}
