/** Every probe of the room: values, age, what is not believed, and its certificate. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { measured, quantityName } from "../air/quantity";
import type { ClimateNow, ProbeNow } from "../api/types";
import { agoWords, languageNow } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { sinceMs } from "../live/age";
import { Icon } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { useNow } from "../ui/useNow";
import { type Due, firstDue, type Standing } from "./calibrations";
import { isStale, toneOf } from "./ProbeTile";
import { useCalibrations } from "./queries";
import { useJudgementWords } from "./useJudgementWords";

type ProbeTableProps = { room: string; climate: ClimateNow; onChoose: (key: string) => void };

export function ProbeTable({ room, climate, onChoose }: ProbeTableProps) {
  const { t } = useTranslation();
  const due = useCalibrations(room).data?.due;
  const zoneName = (id: string) => climate.zones.find((one) => one.zone === id)?.name[languageNow()] ?? id;
  return (
    <section className="panel panel-pad">
      <h2>{t("zones.probes")}</h2>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("zones.probes")}>
        <table className="table" data-testid="probes">
          <thead>
            <tr>
              <th>{t("zones.probe")}</th>
              <th>{t("zones.zone")}</th>
              <th>{t("zones.value")}</th>
              <th>{t("zones.state")}</th>
              <th>{t("zones.age")}</th>
              <th>{t("zones.certificate")}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {climate.probes.map((probe) => (
              <Row key={probe.id} probe={probe} zone={zoneName(probe.zone)} due={due && firstDue(due, probe.id)} onChoose={onChoose} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

type RowProps = { probe: ProbeNow; zone: string; due: Due | null | undefined; onChoose: (key: string) => void };

function Row({ probe, zone, due, onChoose }: RowProps) {
  const { t } = useTranslation();
  const words = useJudgementWords();
  const now = useNow();
  const name = probe.name[languageNow()];
  const odd = Object.entries(probe.values).filter(([, { suspect }]) => suspect !== null);
  return (
    <tr data-testid={`probe-${probe.id}`}>
      <td>
        {name}
        <div className="code muted">{probe.id}</div>
      </td>
      <td>{zone}</td>
      <td className={isStale(probe) ? "muted" : undefined}>
        {Object.entries(probe.values).map(([quantity, { value, suspect }]) => (
          <div key={quantity} className="nowrap">
            {quantityName(t, quantity)} {suspect === null ? measured(value, quantity) : <s>{measured(value, quantity)}</s>}
          </div>
        ))}
      </td>
      <td>
        <Tone tone={toneOf(probe)}>{probe.online ? words(probe) : t("work.climate.offline")}</Tone>
        {odd.map(([quantity, { suspect }]) => (
          <div key={quantity}>
            <Icon name="alert" size={16} />{" "}
            {t("zones.notBelieved", {
              quantity: quantityName(t, quantity),
              why: sayIf(t, "zones.suspect", suspect ?? "") ?? t("zones.suspect.other"),
            })}
          </div>
        ))}
      </td>
      <td className="nowrap">{probe.since_ms === null ? t("common.age.never") : agoWords(t, sinceMs(probe.since_ms, now))}</td>
      <td>{due !== undefined && <Certificate due={due} />}</td>
      <td>
        <Button
          variant="default"
          px="sm"
          aria-label={t("zones.showChart", { name })}
          title={t("zones.showChart", { name })}
          onClick={() => onChoose(`probe:${probe.id}`)}
          data-testid={`chart-of-${probe.id}`}
        >
          <Icon name="live" />
        </Button>
      </td>
    </tr>
  );
}

const TONES: Record<Standing, ToneName> = { valid: "open", undated: "plain", early: "moving", soon: "moving", expired: "refused" };

/** How the certificate of a probe stands, in words. */
export function Certificate({ due }: { due: Due | null }) {
  const { t } = useTranslation();
  if (due === null) return <Tone tone="stale">{t("zones.cert.none")}</Tone>;
  return (
    <Tone tone={TONES[due.standing]} icon={due.standing === "valid" ? "check" : "clock"}>
      {t(`zones.cert.${due.standing}`, { day: due.due_on ?? "" })}
    </Tone>
  );
}
