/** The limits of the air: which zone keeps which, what they say, and where that comes from. */

import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import "../i18n/air";
import { AirNav } from "../air/AirNav";
import { listed } from "../air/list";
import type { Limits, NamedZone } from "../air/types";
import { Unconfirmed } from "../air/Unconfirmed";
import { useLimits } from "../air/useAirNames";
import { languageNow } from "../i18n/format";
import { useRoomNames } from "../room/useRoomNames";
import { Answer } from "../ui/Feedback";
import { ChooseLimits } from "./ChooseLimits";
import { Flawed } from "./Flawed";
import css from "./limits.module.css";
import { Profile } from "./Profile";

export function LimitsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const limits = useLimits();
  return (
    <div className="page">
      <AirNav />
      <div>
        <h1>{t("limits.title")}</h1>
        <p className="muted">{t("limits.lead")}</p>
      </div>
      <Answer of={limits}>
        {(data) => (
          <>
            {data.flawed.map((one) => (
              <Flawed key={one.id} {...one} />
            ))}
            <ChooseLimits limits={data} />
            <Shown limits={data} wanted={id} />
          </>
        )}
      </Answer>
    </div>
  );
}

function Shown({ limits, wanted }: { limits: Limits; wanted: string | undefined }) {
  const { t } = useTranslation();
  const usedBy = (profile: string) => limits.zones.filter((one) => one.profile === profile);
  const profiles = [...limits.profiles].sort((a, b) => usedBy(b.id).length - usedBy(a.id).length);
  const id = wanted ?? profiles[0]?.id;
  return (
    <div className={css.split}>
      <nav className={`panel ${css.list}`} aria-label={t("limits.all")} data-testid="limits-list">
        {profiles.map((one) => (
          <Link key={one.id} to={`/limits/${encodeURIComponent(one.id)}`} aria-current={one.id === id ? "page" : undefined}>
            <strong>{one.profile.name[languageNow()]}</strong>
            {!one.profile.verified && <Unconfirmed />}
            <Keepers zones={usedBy(one.id)} />
          </Link>
        ))}
      </nav>
      {id && <Profile key={id} id={id} />}
    </div>
  );
}

function Keepers({ zones }: { zones: NamedZone[] }) {
  const { t } = useTranslation();
  const roomName = useRoomNames();
  if (zones.length === 0) return <span className="muted">{t("limits.unused")}</span>;
  const words = listed(zones.map((one) => `${roomName(one.room)} · ${one.name[languageNow()]}`));
  return <span className="muted">{t("limits.keptBy", { zones: words })}</span>;
}
