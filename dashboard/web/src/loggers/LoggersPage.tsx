/** Files of data loggers: send one, see what it says, decide what is open, publish; and earlier ones. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import "../i18n/air";
import "../i18n/climate";
import { useAirNames } from "../air/useAirNames";
import { call, path } from "../api/client";
import { ClimateNav } from "../climate/ClimateNav";
import { exactMoment } from "../i18n/format";
import { whoWords } from "../people/who";
import { useRoom } from "../room/RoomChoice";
import { Answer, Empty } from "../ui/Feedback";
import { Tone, type ToneName } from "../ui/Tone";
import { FileReport } from "./FileReport";
import { SendFile } from "./SendFile";
import { isBusy } from "./step";
import type { LoggerImport, State } from "./types";

export const fileKey = (id: string) => ["logger-import", id] as const;

export function LoggersPage() {
  const { t } = useTranslation();
  const room = useRoom();
  const [params, setParams] = useSearchParams();
  const id = params.get("file");
  const open = (next: string | null) => setParams(next === null ? {} : { file: next });
  return (
    <div className="page">
      <ClimateNav />
      <div>
        <h1>{t("loggers.title")}</h1>
        <p className="muted">{t("loggers.lead")}</p>
      </div>
      {room && (id === null ? <SendFile room={room} onSent={open} /> : <Opened id={id} onClose={() => open(null)} />)}
      <Past room={room} onOpen={open} />
    </div>
  );
}

const LOOK_MS = 1000;

function Opened({ id, onClose }: { id: string; onClose: () => void }) {
  const file = useQuery({
    queryKey: fileKey(id),
    queryFn: () => call<LoggerImport>("GET", path("climate", "imports", id)),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? LOOK_MS : false),
  });
  return <Answer of={file}>{(data) => <FileReport key={data.id} file={data} onClose={onClose} />}</Answer>;
}

const TONES: Record<State, ToneName> = {
  reading: "moving",
  ready: "plain",
  publishing: "moving",
  stopped: "stale",
  published: "open",
  cancelled: "stale",
  failed: "refused",
};

/** How far a file is, as icon and word. */
export function FileState({ state }: { state: State }) {
  const { t } = useTranslation();
  const icon = state === "published" ? "check" : TONES[state] === "moving" ? "clock" : undefined;
  return (
    <Tone tone={TONES[state]} {...(icon && { icon })} testId="logger-state">
      {t(`loggers.state.${state}`)}
    </Tone>
  );
}

function Past({ room, onOpen }: { room: string | undefined; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const names = useAirNames(room === undefined ? [] : [room]);
  const past = useQuery({
    queryKey: ["logger-imports"],
    queryFn: () => call<{ imports: LoggerImport[] }>("GET", "/climate/imports"),
  });
  return (
    <section className="panel panel-pad">
      <h2>{t("loggers.past")}</h2>
      <Answer of={past}>
        {({ imports }) =>
          imports.length === 0 ? (
            <Empty>{t("loggers.none")}</Empty>
          ) : (
            <div className="scroll-x" tabIndex={0} role="region" aria-label={t("loggers.past")}>
              <table className="table" data-testid="logger-files">
                <thead>
                  <tr>
                    <th>{t("loggers.when")}</th>
                    <th>{t("loggers.who")}</th>
                    <th>{t("loggers.file")}</th>
                    <th>{t("loggers.probe")}</th>
                    <th>{t("loggers.outcome")}</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {imports.map((one) => (
                    <tr key={one.id}>
                      <td className="nowrap">{exactMoment(one.at)}</td>
                      <td>{whoWords(t, one.by)}</td>
                      <td className="code">{one.name}</td>
                      <td>
                        {names.room(one.room)} · {names.device(one.room, one.probe)}
                      </td>
                      <td>
                        <FileState state={one.state} />
                      </td>
                      <td>
                        <Button variant="default" onClick={() => onOpen(one.id)}>
                          {t("loggers.open")}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
    </section>
  );
}
