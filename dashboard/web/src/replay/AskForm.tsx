/** Asks where, by which limits, over which time, and how patiently. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LimitProfile, Limits } from "../air/types";
import { toggled } from "../alarms/escalation";
import { languageNow } from "../i18n/format";
import { dayBefore, period } from "../labels/period";
import { useRoom } from "../room/RoomChoice";
import { Icon } from "../ui/icons";
import { BoundFields } from "./BoundFields";
import { changedProfile, type Typed, typedOf } from "./counts";
import css from "./replay.module.css";

export type Question = {
  rooms: string[];
  zones: { room: string; zone: string }[];
  profile: string | null;
  limits: LimitProfile | null;
  hysteresis: boolean;
  delays: boolean;
  step: "hour" | "raw";
  from: string;
  to: string;
};
type FormProps = { limits: Limits; pending: boolean; onAsk: (question: Question) => void };

const YEAR_DAYS = 365;

export function AskForm({ limits, pending, onAsk }: FormProps) {
  const { t } = useTranslation();
  const room = useRoom() ?? "";
  const zones = limits.zones.filter((one) => one.room === room && one.kind !== "outside");
  const [chosen, setChosen] = useState<string[]>([]);
  const [profileId, setProfileId] = useState("");
  const [typed, setTyped] = useState<Typed | null>(null);
  const [first, setFirst] = useState(() => dayBefore(YEAR_DAYS));
  const [last, setLast] = useState(() => dayBefore(0));
  const [how, setHow] = useState({ hysteresis: true, delays: true, step: "hour" as "hour" | "raw" });
  const profile = limits.profiles.find((one) => one.id === profileId)?.profile ?? null;
  const changed = profile && typed ? changedProfile(profile, typed) : null;
  const span = period(first, last);
  const isWrong = span === null || (typed !== null && changed === null);
  const choose = (id: string) => {
    setProfileId(id);
    setTyped(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (span === null || isWrong) return;
    const here = chosen.filter((one) => zones.some(({ zone }) => zone === one)).map((zone) => ({ room, zone }));
    onAsk({
      rooms: here.length === 0 ? [room] : [],
      zones: here,
      profile: changed ? null : profileId || null,
      limits: changed,
      ...how,
      ...span,
    });
  };
  return (
    <form className={`panel panel-pad ${css.ask}`} onSubmit={submit} data-testid="replay-form">
      <fieldset className={css.choices}>
        <legend>{t("replay.where")}</legend>
        <label>
          <input type="checkbox" checked={chosen.length === 0} onChange={() => setChosen([])} />
          {t("replay.everyZone")}
        </label>
        {zones.map((one) => (
          <label key={one.zone}>
            <input type="checkbox" checked={chosen.includes(one.zone)} onChange={() => setChosen(toggled(chosen, one.zone))} />
            {one.name[languageNow()]}
          </label>
        ))}
      </fieldset>
      <div className={css.fields}>
        <NativeSelect
          size="md"
          label={t("replay.limits")}
          value={profileId}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[
            { value: "", label: t("replay.asNow") },
            ...limits.profiles.map((one) => ({ value: one.id, label: `${one.profile.name[languageNow()]} (${one.version})` })),
          ]}
          data-testid="replay-profile"
        />
        <TextInput type="date" required label={t("replay.first")} value={first} onChange={(event) => setFirst(event.currentTarget.value)} data-testid="replay-first" />
        <TextInput type="date" required label={t("replay.last")} value={last} onChange={(event) => setLast(event.currentTarget.value)} data-testid="replay-last" />
        <NativeSelect
          size="md"
          label={t("replay.step")}
          value={how.step}
          onChange={(event) => setHow({ ...how, step: event.currentTarget.value as "hour" | "raw" })}
          data={(["hour", "raw"] as const).map((one) => ({ value: one, label: t(`replay.steps.${one}`) }))}
        />
      </div>
      {profile && (
        <label className={css.check}>
          <input
            type="checkbox"
            checked={typed !== null}
            onChange={(event) => setTyped(event.currentTarget.checked ? typedOf(profile) : null)}
            data-testid="replay-change"
          />
          {t("replay.change")}
        </label>
      )}
      {typed && <BoundFields typed={typed} onChange={setTyped} wrong={changed === null} />}
      <fieldset className={css.choices}>
        <legend>{t("replay.how")}</legend>
        {(["hysteresis", "delays"] as const).map((one) => (
          <label key={one}>
            <input
              type="checkbox"
              checked={how[one]}
              onChange={(event) => setHow({ ...how, [one]: event.currentTarget.checked })}
              data-testid={`replay-${one}`}
            />
            {t(`replay.${one}`)}
          </label>
        ))}
      </fieldset>
      {span === null && <p role="status">{t("replay.problem.bad_period_short")}</p>}
      <div className="form-actions">
        <Button type="submit" disabled={isWrong} loading={pending} leftSection={<Icon name="turn" />} data-testid="replay-start">
          {t("replay.start")}
        </Button>
      </div>
    </form>
  );
}
