/** Across every screen: something left by a door without a loan; silence it, or see what it was. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/steel";
import "../i18n/tags";
import { doorOf } from "../alarms/alarm";
import { leftWords } from "../alarms/words";
import type { Alarm } from "../api/types";
import { momentWords } from "../i18n/format";
import { doorWords } from "../readers/Covers";
import { tagProblem } from "../scan/problem";
import { Icon } from "../ui/icons";
import css from "./doors.module.css";
import { useSilence } from "./useSilence";

export function DoorBanner({ alarms }: { alarms: Alarm[] }) {
  const { t } = useTranslation();
  const silence = useSilence();
  const newest = [...alarms].sort((a, b) => Date.parse(b.raised_at) - Date.parse(a.raised_at))[0];
  if (!newest) return null;
  const door = doorOf(newest) ?? "door";
  const more = alarms.length - 1;
  return (
    <section className={css.banner} role="alert" data-testid="door-banner">
      <Icon name="alert" size={26} />
      <span className={css.bannerWords}>
        <strong>{t("doors.banner")}</strong>{" "}
        {t("doors.bannerWhat", {
          what: leftWords(newest),
          door: doorWords(t, door) ?? door,
          when: momentWords(newest.raised_at),
        })}{" "}
        {more > 0 && t("doors.bannerMore", { count: more })}
        {silence.error && <span> {tagProblem(t, silence.error)}</span>}
      </span>
      {newest.room && (
        <Button
          variant="white"
          color="red.9"
          leftSection={<Icon name="mute" />}
          loading={silence.isPending}
          onClick={() => silence.mutate({ room: newest.room as string, door })}
          data-testid="door-silence"
        >
          {t("doors.silence")}
        </Button>
      )}
      <Link to={`/alarms?id=${encodeURIComponent(newest.id)}`} data-testid="door-alarm">
        {t("doors.toAlarm")}
      </Link>
    </section>
  );
}
