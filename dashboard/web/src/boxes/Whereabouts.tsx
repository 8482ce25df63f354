/** Home, place and last seen side by side: each with since when, how old, how sure, and who says so. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LastSeen, Place } from "../api/types";
import { Covers } from "../readers/Covers";
import { Icon, type IconName } from "../ui/icons";
import css from "./box.module.css";
import { HomeWords, PlaceWords } from "./PlaceLine";
import { placeDetails, seenDetails } from "./told";

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
