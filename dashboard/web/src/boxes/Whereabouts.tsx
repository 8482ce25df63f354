/** Home, place and last seen side by side: each with since when, how old, how sure, and who says so. */

import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LastSeen, Place } from "../api/types";
import { agoOf, agoWords, momentWords } from "../i18n/format";
import { whoWords } from "../people/who";
import { Covers } from "../readers/Covers";
import { Icon, type IconName } from "../ui/icons";
import css from "./box.module.css";
import { HomeWords, PlaceWords } from "./PlaceLine";

type WhereaboutsProps = { home: { address: string; position?: number | null } | null; place: Place; seen: LastSeen | null };

export function Whereabouts({ home, place, seen }: WhereaboutsProps) {
  const { t } = useTranslation();
  return (
    <dl className={css.whereabouts}>
      <Part icon="box" name={t("find.home")} testId="home">
        <HomeWords address={home?.address ?? null} />
        {home?.position && <Detail>{t("work.box.position", { position: home.position })}</Detail>}
      </Part>
      <Part icon="map" name={t("find.place")} testId="place">
        <PlaceWords place={place} since={false} />
        {placeDetails(t, place).map((words) => (
          <Detail key={words}>{words}</Detail>
        ))}
      </Part>
      <Part icon="live" name={t("find.lastSeen")} testId="last-seen">
        {seen ? <Covers covers={seen.zone} /> : t("work.box.neverSeen")}
        {seen && seenDetails(t, seen).map((words) => <Detail key={words}>{words}</Detail>)}
      </Part>
    </dl>
  );
}

type PartProps = { icon: IconName; name: string; testId: string; children: ReactNode };

function Part({ icon, name, testId, children }: PartProps) {
  return (
    <div>
      <dt>
        <Icon name={icon} size={18} /> {name}
      </dt>
      <dd data-testid={testId}>{children}</dd>
    </div>
  );
}

const Detail = ({ children }: { children: ReactNode }) => <div className={css.detail}>{children}</div>;

const pct = (confidence: number) => Math.round(confidence * 100);

const SAME_MOMENT_S = 60;

/** What was confirmed when it began is not confirmed again. */
const isClearlyYounger = (age_s: number, since: string) => (Date.now() - Date.parse(since)) / 1000 - age_s > SAME_MOMENT_S;

function placeDetails(t: TFunction, { since, confidence, by, age_s }: Place): string[] {
  const confirmed = age_s !== null && age_s !== undefined && (!since || isClearlyYounger(age_s, since));
  return [
    since && t("work.box.sinceAgo", { when: momentWords(since), age: agoOf(t, since) }),
    confirmed && t("work.box.confirmed", { age: agoWords(t, age_s) }),
    confidence !== null && confidence !== undefined && t("work.box.sure", { pct: pct(confidence) }),
    by && t("work.box.toldBy", { who: whoWords(t, by) }),
  ].filter((words): words is string => Boolean(words));
}

function seenDetails(t: TFunction, { at, by, by_kind, confidence }: LastSeen): string[] {
  const who = by_kind === "person" ? t("work.box.byPerson", { who: whoWords(t, by) }) : t("work.box.byReader", { who: by });
  return [
    t("work.box.seenAt", { when: momentWords(at), age: agoOf(t, at) }),
    who,
    ...(confidence === null ? [] : [t("work.box.sure", { pct: pct(confidence) })]),
  ];
}
