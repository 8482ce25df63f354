/** Asks where, by which limits, over which time, and how patiently. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Limits } from "../air/types";
import { toggled } from "../alarms/escalation";
import { languageNow } from "../i18n/format";
import { dayBefore, period } from "../labels/period";
import { choosable } from "../limits/rules";
import { Icon } from "../ui/icons";
import { type Asked, questionOf } from "./asked";
import { BoundFields } from "./BoundFields";
import { changedProfile, type Typed, typedOf } from "./counts";
import css from "./replay.module.css";

/** `given` is what was asked before, of whatever room. */
type FormProps = { room: string; limits: Limits; given: Asked | null; pending: boolean; onAsk: (asked: Asked) => void };

const YEAR_DAYS = 365;

export function AskForm({ room, limits, given, pending, onAsk }: FormProps) {
  const { t } = useTranslation();
  const before = given?.room === room ? given : null;
  const zones = limits.zones.filter((one) => one.room === room && one.kind !== "outside");
  const [chosen, setChosen] = useState<string[]>(before?.zones ?? []);
  const [profileId, setProfileId] = useState(before?.profile ?? "");
  const [typed, setTyped] = useState<Typed | null>(before?.typed ?? null);
  const [first, setFirst] = useState(() => before?.first ?? dayBefore(YEAR_DAYS));
  const [last, setLast] = useState(() => before?.last ?? dayBefore(0));
  const [how, setHow] = useState<Pick<Asked, "hysteresis" | "delays" | "step">>({
    hysteresis: before?.hysteresis ?? true,
    delays: before?.delays ?? true,
    step: before?.step ?? "hour",
  });
  const profile = limits.profiles.find((one) => one.id === profileId)?.profile ?? null;
  const changed = profile && typed ? changedProfile(profile, typed) : null;
  const here = chosen.filter((one) => zones.some(({ zone }) => zone === one));
  const asked: Asked = { room, zones: here, profile: profile ? profileId : "", typed: profile && typed, first, last, ...how };
  const isWrong = questionOf(asked, limits) === null;
  const choose = (id: string) => {
    setProfileId(id);
    setTyped(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWrong) onAsk(asked);
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
            ...choosable(limits).map((one) => ({ value: one.id, label: `${one.profile.name[languageNow()]} (${one.version})` })),
          ]}
          data-testid="replay-profile"
        />
        <TextInput type="date" required label={t("replay.first")} value={first} onChange={(event) => setFirst(event.currentTarget.value)} data-testid="replay-first" />
        <TextInput type="date" required label={t("replay.last")} value={last} onChange={(event) => setLast(event.currentTarget.value)} data-testid="replay-last" />
        <NativeSelect
          size="md"
          label={t("replay.step")}
          value={how.step}
          onChange={(event) => setHow({ ...how, step: event.currentTarget.value as Asked["step"] })}
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
      {profile && typed && <BoundFields typed={typed} onChange={setTyped} wrong={changed === null} />}
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
      {period(first, last) === null && <p role="status">{t("replay.problem.bad_period_short")}</p>}
      <div className="form-actions">
        <Button type="submit" disabled={isWrong} loading={pending} leftSection={<Icon name="turn" />} data-testid="replay-start">
          {t("replay.start")}
        </Button>
      </div>
    </form>
  );
}
