/** Whether what is on the screen is live: a pill when it is, a banner when it is not. */

import { useTranslation } from "react-i18next";
import { useLive, useRooms } from "../api/queries";
import { languageNow, spanWords } from "../i18n/format";
import { STALE_AFTER_S, sinceMs } from "../live/age";
import { useStreamState } from "../live/LiveProvider";
import { Icon } from "./icons";
import css from "./shell.module.css";
import { Tone } from "./Tone";
import { useNow } from "./useNow";

type RoomLink = { heard_s: number | null; silent: boolean };

function useRoomLink(room: string | undefined): RoomLink | null {
  const live = useLive(room);
  const now = useNow();
  if (!live.data) return null;
  const heard_s = live.data.link_at_ms === 0 ? null : sinceMs(live.data.link_at_ms, now);
  return { heard_s, silent: !live.data.link.alive || heard_s === null || heard_s > 2 * STALE_AFTER_S };
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
  const head =
    link.heard_s === null
      ? t("common.link.roomNever", { room: name })
      : t("common.link.roomSilent", { room: name, age: spanWords(t, link.heard_s) });
  return <Banner head={head} words={t("common.link.roomLong")} testId="room-silent" />;
}

function Banner({ head, words, testId }: { head: string; words: string; testId: string }) {
  return (
    <div className={css.banner} role="status" data-testid={testId}>
      <Icon name="offline" size={22} />
      <span>
        <strong>{head}</strong> {words}
      </span>
    </div>
  );
}
