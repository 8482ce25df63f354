/** One reader: its link, its own figures, its antennas. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { ReaderNow } from "../api/types";
import { agoOf, figure } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { Icon } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { AntennaTable } from "./AntennaTable";
import { driverKey, lastHeard, type ReaderTone } from "./look";
import css from "./readers.module.css";
import { ToDo } from "./ToDo";

const TONE: Record<ReaderTone, ToneName> = { live: "open", stale: "stale", offline: "offline" };

type ReaderPanelProps = { room: string; reader: ReaderNow; tone: ReaderTone };

export function ReaderPanel({ room, reader, tone }: ReaderPanelProps) {
  const { t } = useTranslation();
  const heard = lastHeard(reader);
  return (
    <section
      className={`panel panel-pad ${css.reader}`}
      aria-labelledby={`reader-${reader.id}`}
      data-tone={tone}
      data-testid={`reader-${reader.id}`}
    >
      <header className="row spread">
        <div className="row">
          <Icon name="antenna" size={24} />
          <h2 id={`reader-${reader.id}`}>
            <span className="code">{reader.id}</span>
          </h2>
          <Tone tone={TONE[tone]} icon={tone === "live" ? "live" : "offline"} testId="reader-state">
            {t(`readers.state.${tone}`)}
          </Tone>
        </div>
        <span className="muted" data-testid="reader-heard">
          {heard
            ? t("common.said", { head: t("readers.heard"), words: agoOf(t, heard) })
            : t("readers.neverHeard")}
        </span>
      </header>
      <ToDo reader={reader} tone={tone} />
      <dl className={css.facts}>
        {factsOf(t, reader, tone).map(([name, words]) => (
          <div key={name}>
            <dt>{t(`readers.fact.${name}`)}</dt>
            <dd data-testid={`reader-${name}`}>{words}</dd>
          </div>
        ))}
      </dl>
      {tone !== "offline" && reader.region_unconfirmed && (
        <p className={css.caution} data-testid="region-unconfirmed">
          <Icon name="alert" size={18} /> {t("readers.regionUnconfirmed")}
        </p>
      )}
      <Technician reader={reader} tone={tone} />
      <AntennaTable room={room} reader={reader} tone={tone} />
    </section>
  );
}

type Fact =
  | ("model" | "address" | "firmware" | "region" | "temperature" | "reads")
  | ("garbled" | "skipped" | "repeated" | "clockJumps" | "lastError");


/** What is known of a reader; of one that is away no figures are. */
function factsOf(t: TFunction, reader: ReaderNow, tone: ReaderTone): [Fact, string][] {
  const driver = sayIf(t, "readers.driver", driverKey(reader.driver)) ?? reader.driver;
  const said = (words: string | null) => words ?? t("readers.notSaid");
  const named: [Fact, string][] = [
    ["model", [reader.model, driver].filter(Boolean).join(" · ")],
    ["address", reader.address],
  ];
  if (tone === "offline") return named;
  return [
    ...named,
    ["firmware", said(reader.firmware)],
    ["region", regionWords(t, reader.region)],
    ["temperature", reader.temperature_c === null ? t("readers.notSaid") : `${figure(reader.temperature_c, 0)} °C`],
    ["reads", figure(reader.reads_per_s, 0)],
    ["garbled", String(reader.garbled)],
    ["skipped", String(reader.skipped_bytes)],
    ["repeated", String(reader.repeated)],
    ["clockJumps", String(reader.clock_jumps)],
    ["lastError", reader.last_error === null ? t("readers.noError") : t("readers.seeDetail")],
  ];
}

function regionWords(t: TFunction, region: string | null): string {
  return region === null ? t("readers.notSaid") : (sayIf(t, "readers.regions", region) ?? region);
}

/** The words of drivers and readers as they are, for whoever mends them. */
function Technician({ reader, tone }: { reader: ReaderNow; tone: ReaderTone }) {
  const { t } = useTranslation();
  const words = tone === "offline" ? reader.why_offline : reader.last_error;
  if (words === null) return null;
  return (
    <details className={css.technician} data-testid="reader-detail">
      <summary>{t("readers.detail")}</summary>
      <p className="code" lang="en">
        {words}
      </p>
    </details>
  );
}
