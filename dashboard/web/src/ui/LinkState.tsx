/** Whether what is on the screen is live: a pill when it is, a banner when it is not. */

import { useTranslation } from "react-i18next";
import { useLive, useRooms } from "../api/queries";
import { languageNow, spanWords } from "../i18n/format";
import { STALE_AFTER_S, sinceMs } from "../live/age";
import { useStreamState } from "../live/LiveProvider";
import { holdsOf, segmentsOnFire } from "../room/look";
import { Icon } from "./icons";
import css from "./shell.module.css";
import { Tone } from "./Tone";
import { useNow } from "./useNow";

/** What keeps the picture from being true: the room or the controller has fallen silent. */
type RoomLink = { heard_s: number | null; silent: "room" | "controller" | null };

function useRoomLink(room: string | undefined): RoomLink | null {
  const live = useLive(room);
  const now = useNow();
  if (!live.data) return null;
  const heard_s = live.data.link_at_ms === 0 ? null : sinceMs(live.data.link_at_ms, now);
  const answered_s = sinceMs(live.dataUpdatedAt, now);
  if (answered_s > STALE_AFTER_S) return { heard_s: answered_s, silent: "controller" };
  const room_silent = !live.data.link.alive || heard_s === null || heard_s > STALE_AFTER_S;
  return { heard_s, silent: room_silent ? "room" : null };
}

export function LinkPill({ room }: { room: string | undefined }) {
  const { t } = useTranslation();
  const stream = useStreamState();
  const link = useRoomLink(room);
  if (stream === "connecting") return <Tone tone="stale">{t("common.link.connecting")}</Tone>;
  if (stream === "down" || !link || link.silent) return null;
  return (
    <Tone tone="open" icon="live" testId="link-pill">
      {t("common.link.live")} · {spanWords(t, link.heard_s ?? 0)}
    </Tone>
  );
}

export function LinkBanner({ room }: { room: string | undefined }) {
  const { t } = useTranslation();
  const stream = useStreamState();
  const link = useRoomLink(room);
  const rooms = useRooms();
  const name = rooms.data?.rooms.find((one) => one.room === room)?.name[languageNow()] ?? room ?? "";
  if (stream === "down") {
    return <Banner head={t("common.link.down")} words={t("common.link.downLong")} testId="stream-down" />;
  }
  if (!link?.silent) return null;
  if (link.silent === "controller") {
    const head = t("common.link.controllerSilent", { age: spanWords(t, link.heard_s ?? 0) });
    return <Banner head={head} words={t("common.link.downLong")} testId="stream-down" />;
  }
  const head =
    link.heard_s === null
      ? t("common.link.roomNever", { room: name })
      : t("common.link.roomSilent", { room: name, age: spanWords(t, link.heard_s) });
  return <Banner head={head} words={t("common.link.roomLong")} testId="room-silent" />;
}

/** A fire alarm is told on every screen, with who may still stand in an aisle. */
export function FireBanner({ room }: { room: string | undefined }) {
  const { t } = useTranslation();
  const live = useLive(room);
  const burning = segmentsOnFire(live.data);
  if (burning.length === 0) return null;
  const held = burning.flatMap(({ bank, segment }) =>
    holdsOf(segment).map(({ aisle, actor }) => t("common.fire.held", { bank, aisle, name: actor.name })),
  );
  const words = held.length > 0 ? t("common.fire.words", { aisles: held.join(" · ") }) : t("common.fire.noOne");
  return <Banner head={t("common.fire.head")} words={words} testId="fire" tone="fire" />;
}

type BannerProps = { head: string; words: string; testId: string; tone?: "link" | "fire" };

function Banner({ head, words, testId, tone = "link" }: BannerProps) {
  return (
    <div
      className={css.banner}
      data-tone={tone}
      role={tone === "fire" ? "alert" : "status"}
      data-testid={testId}
    >
      <Icon name={tone === "fire" ? "alert" : "offline"} size={22} />
      <span>
        <strong>{head}</strong> {words}
      </span>
    </div>
  );
}
