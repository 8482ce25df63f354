/** Across every screen: something left by a door without a loan, or a door sounds; silence it, or see what it was. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/steel";
import "../i18n/tags";
import { doorOf } from "../alarms/alarm";
import { leftWords } from "../alarms/words";
import { useDoors } from "../api/tagQueries";
import type { Alarm } from "../api/types";
import { momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { Icon } from "../ui/icons";
import { doorName } from "./name";
import css from "./doors.module.css";
import { Sounder, SounderOf } from "./Sounder";

type Place = { room: string; door: string };

/** What left, newest first, and the sounders of the doors where it did. */
export function LeftBanner({ alarms }: { alarms: Alarm[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const [newest, ...others] = [...alarms].sort((a, b) => Date.parse(b.raised_at) - Date.parse(a.raised_at));
  const watches = may("live.read");
  const doors = useDoors(watches ? (newest?.room ?? undefined) : undefined).data?.doors;
  if (!newest) return null;
  const more = others.length;
  return (
    <section className={css.banner} role="alert" data-testid="door-banner">
      <Icon name="alert" size={26} />
      <span className={css.bannerWords}>
        <strong>{t("doors.banner")}</strong>{" "}
        {t("doors.bannerWhat", {
          what: leftWords(newest),
          door: doorName(t, doorOf(newest) ?? "door", doors),
          when: momentWords(newest.raised_at),
        })}{" "}
        {more > 0 && t("doors.bannerMore", { count: more })}
      </span>
      {watches &&
        placesOf([newest, ...others]).map((place) => (
          <SounderOf key={`${place.room}/${place.door}`} {...place} onRed testId="door-silence" />
        ))}
      <Link to={more > 0 ? "/alarms" : `/alarms?id=${encodeURIComponent(newest.id)}`} data-testid="door-alarm">
        {t(more > 0 ? "doors.toAlarms" : "doors.toAlarm")}
      </Link>
    </section>
  );
}

/** A door that sounds though no alarm is open any more: what left was lent, explained or is back. */
export function SoundingBanner({ room }: { room: string }) {
  const { t } = useTranslation();
  const sounding = useDoors(room).data?.doors.filter((one) => one.sounding) ?? [];
  if (sounding.length === 0) return null;
  return (
    <section className={css.banner} role="status" data-testid="door-sounds">
      <Icon name="bell" size={26} />
      {sounding.map((door) => (
        <span key={door.door} className={css.bannerWords}>
          <strong>{doorName(t, door.door, sounding)}</strong>{" "}
          <Sounder room={room} door={door} onRed testId="door-silence" />
        </span>
      ))}
      <Link to={`/door/${room}`}>{t("doors.see")}</Link>
    </section>
  );
}

function placesOf(alarms: Alarm[]): Place[] {
  const places = new Map<string, Place>();
  for (const alarm of alarms) {
    const door = doorOf(alarm);
    if (alarm.room && door) places.set(`${alarm.room}/${door}`, { room: alarm.room, door });
  }
  return [...places.values()];
}
