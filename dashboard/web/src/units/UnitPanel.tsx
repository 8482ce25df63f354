/** One machine: whether it runs, why in a sentence, what that goes by, and what a person may do. */

import { useState } from "react";
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Unit, UnitFacts } from "../air/types";
import { listed } from "../air/list";
import { measured, quantityName } from "../air/quantity";
import { faultWords } from "../alarms/words";
import { languageNow, momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { Icon, type IconName } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { Decisions } from "./Decisions";
import { HoldDialog, Resume } from "./Hold";
import css from "./units.module.css";
import { behindOf, inputsOf, type NameOf, reasonWords } from "./why";

type Runs = "on" | "off" | "unknown";
const LOOK: Record<Runs, { tone: ToneName; icon: IconName }> = {
  on: { tone: "airing", icon: "airing" },
  off: { tone: "plain", icon: "stop" },
  unknown: { tone: "stale", icon: "question" },
};

type PanelProps = { unit: Unit; room: string; nameOf: NameOf };

export function UnitPanel({ unit, room, nameOf }: PanelProps) {
  const { t } = useTranslation();
  const { facts, online, does, zone } = unit;
  const runs: Runs = !online || facts?.on == null ? "unknown" : facts.on ? "on" : "off";
  const name = unit.name[languageNow()];
  return (
    <section className={`panel panel-pad ${css.unit}`} aria-label={name} data-testid="unit" data-unit={unit.id} data-runs={runs}>
      <div className="row">
        <h2>{name}</h2>
        <Tone {...LOOK[runs]} testId="unit-runs">
          {t(`units.is.${runs}`)}
        </Tone>
        {!online && (
          <Tone tone="offline">
            {unit.why_offline === "the room is silent" ? t("units.silentRoom") : unit.at === null ? t("units.never") : t("units.offline")}
          </Tone>
        )}
        <span className="muted">
          {[t(`units.does.${does ?? "nothing"}`), zone && nameOf.zone(zone), unit.set_pct !== null && aimWords(unit)].filter(Boolean).join(" · ")}
        </span>
      </div>
      {facts && <Why facts={facts} runs={runs} at={online ? null : unit.at} nameOf={nameOf} />}
      <Acts unit={unit} room={room} name={name} />
      <Decisions unit={unit} room={room} nameOf={nameOf} />
    </section>
  );

  function aimWords({ set_pct, dead_band_pct }: Unit): string {
    return t("units.aim", { set: set_pct, half: (dead_band_pct ?? 0) / 2 });
  }
}

type WhyProps = { facts: UnitFacts; runs: Runs; at: string | null; nameOf: NameOf };

function Why({ facts, runs, at, nameOf }: WhyProps) {
  const { t } = useTranslation();
  const { why, detail, since, until, wanted, by_hand } = facts;
  const behind = why === null ? null : behindOf(why, detail);
  const asked = runs === "on" ? "units.whyOn" : runs === "off" ? "units.whyOff" : "units.whyUnknown";
  const times = [
    wanted !== null && t(wanted ? "units.wants.on" : "units.wants.off"),
    since && t("units.since", { when: momentWords(since) }),
    until && t("units.until", { when: momentWords(until) }),
    at && t("units.heard", { when: momentWords(at) }),
  ];
  return (
    <>
      <h3>{t(asked)}</h3>
      <p className={css.reason} data-testid="unit-why">
        {why === null ? t("units.noWhy") : reasonWords(t, why, detail, nameOf)}
      </p>
      {behind && <p>{t("units.behind", { reason: reasonWords(t, behind, detail, nameOf) })}</p>}
      {by_hand && until && (
        <p className={css.hand} data-testid="unit-by-hand">
          <Icon name="person" size={17} /> {t("units.byHand", { name: by_hand.name, until: momentWords(until) })}
        </p>
      )}
      <p className="muted">{times.filter(Boolean).join(" · ")}</p>
      <Inputs facts={facts} nameOf={nameOf} />
    </>
  );
}

function Inputs({ facts, nameOf }: { facts: UnitFacts; nameOf: NameOf }) {
  const { t } = useTranslation();
  const inputs = inputsOf(t, facts.detail, nameOf);
  const own = Object.entries(facts.measured).map(([quantity, value]) => `${quantityName(t, quantity)} ${measured(value, quantity)}`);
  return (
    <>
      {inputs.length > 0 && (
        <dl className={css.inputs} aria-label={t("units.inputs")} data-testid="unit-inputs">
          {inputs.map((one) => (
            <div key={one.name}>
              <dt>{one.label}</dt>
              <dd>{one.text}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="muted">
        {[
          t("units.starts", { count: facts.starts_last_hour }),
          own.length > 0 && t("units.measured", { values: listed(own) }),
          facts.faults.length > 0 && t("units.faults", { faults: listed(facts.faults.map((one) => faultWords(t, one))) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </>
  );
}

function Acts({ unit, room, name }: { unit: Unit; room: string; name: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const [holding, hold] = useState(false);
  if (!may("climate.control") || unit.does === null) return null;
  return (
    <div className="row">
      <Button variant="default" leftSection={<Icon name="person" />} onClick={() => hold(true)} data-testid="unit-hold">
        {t("units.override")}
      </Button>
      {unit.facts?.by_hand && <Resume unit={unit.id} room={room} />}
      {holding && <HoldDialog unit={unit.id} room={room} name={name} isOn={unit.facts?.on === true} onClose={() => hold(false)} />}
    </div>
  );
}
