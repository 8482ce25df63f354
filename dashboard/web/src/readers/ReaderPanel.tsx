/** One reader: its link, its own figures, its antennas, and what a clerk does when it is away. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { ReaderNow } from "../api/types";
import { agoOf, figure } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { Icon } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import { AntennaTable } from "./AntennaTable";
import { driverKey, meanwhile, type ReaderTone, unplugged } from "./look";
import css from "./readers.module.css";

const TONE: Record<ReaderTone, ToneName> = { live: "open", stale: "stale", offline: "offline" };

type ReaderPanelProps = { room: string; reader: ReaderNow; tone: ReaderTone };

export function ReaderPanel({ room, reader, tone }: ReaderPanelProps) {
  const { t } = useTranslation();
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
        <span className="muted">
          {t("common.said", {
            head: t("readers.heard"),
            words: reader.at ? agoOf(t, reader.at) : t("common.age.never"),
          })}
        </span>
      </header>
      <ToDo reader={reader} tone={tone} />
      <dl className={css.facts}>
        {factsOf(t, reader).map(([name, words]) => (
          <div key={name}>
            <dt>{t(`readers.fact.${name}`)}</dt>
            <dd data-testid={`reader-${name}`}>{words}</dd>
          </div>
        ))}
      </dl>
      <AntennaTable room={room} reader={reader} live={tone === "live"} />
    </section>
  );
}

type Fact = "model" | "firmware" | "region" | "temperature" | "reads" | "garbled" | "repeated" | "lastError";

function factsOf(t: TFunction, reader: ReaderNow): [Fact, string][] {
  const driver = sayIf(t, "readers.driver", driverKey(reader.driver)) ?? reader.driver;
  const said = (words: string | null) => words ?? t("readers.notSaid");
  return [
    ["model", [reader.model, driver].filter(Boolean).join(" · ")],
    ["firmware", said(reader.firmware)],
    ["region", said(reader.region)],
    ["temperature", reader.temperature_c === null ? t("readers.notSaid") : `${figure(reader.temperature_c, 0)} °C`],
    ["reads", figure(reader.reads_per_s, 0)],
    ["garbled", String(reader.garbled)],
    ["repeated", String(reader.repeated)],
    ["lastError", reader.last_error ?? t("readers.noError")],
  ];
}

/** Word why a reader is away; what only a technician understands is passed on as it is. */
function awayReason(t: TFunction, why: string): string {
  const key = why.slice(why.lastIndexOf(".") + 1).replaceAll(" ", "_");
  return sayIf(t, "readers.why", key) ?? why;
}

/** What a clerk does; said in the order in which it helps. */
function ToDo({ reader, tone }: { reader: ReaderNow; tone: ReaderTone }) {
  const { t } = useTranslation();
  const loose = tone === "live" ? unplugged(reader.antennas) : [];
  if (tone === "live" && loose.length === 0) return null;
  const why = reader.why_offline;
  return (
    <div className={css.todo} data-tone={tone} role="status" data-testid="reader-todo">
      <Icon name="alert" size={24} />
      <div>
        <strong>{t("readers.todo.title")}</strong>
        <ul>
          {tone === "stale" && <li>{t("readers.todo.stale")}</li>}
          {tone === "offline" && (
            <li>
              {t("readers.todo.reader", { reader: reader.id })}{" "}
              {why && t("readers.todo.because", { why: awayReason(t, why) })}
            </li>
          )}
          {tone === "offline" && meanwhile(reader.antennas).map((one) => <li key={one}>{t(`readers.todo.${one}`)}</li>)}
          {loose.map((antenna) => (
            <li key={antenna}>{t("readers.todo.antenna", { antenna })}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
