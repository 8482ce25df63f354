/** Chooses a logger's file and the probe it belongs to, and sends it to be read dry. */

import { Button, FileButton, NativeSelect, Progress, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Upload, upload } from "../api/client";
import { useClimate } from "../api/queries";
import { languageNow } from "../i18n/format";
import { Icon } from "../ui/icons";
import { AirProblem } from "../climate/AirProblem";
import type { LoggerImport } from "./types";

const NEW = "";
const NAME = /^[a-z][a-z0-9-]*$/;

export function SendFile({ room, onSent }: { room: string; onSent: (id: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const probes = useClimate(room).data?.probes ?? [];
  const [file, setFile] = useState<File | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [part, setPart] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<Upload | null>(null);
  const known = chosen ?? probes[0]?.id ?? NEW;
  const probe = known === NEW ? name.trim() : known;
  const send = async () => {
    if (!file) return;
    setError(null);
    setPart(0);
    const fields = { room, probe, choices: "{}", new_probe: String(known === NEW) };
    running.current = upload("/climate/imports", file, setPart, fields);
    try {
      const sent = (await running.current.promise) as LoggerImport;
      void client.invalidateQueries({ queryKey: ["logger-imports"] });
      onSent(sent.id);
    } catch (problem) {
      setError(problem);
    }
    setPart(null);
  };
  return (
    <section className="panel panel-pad form" data-testid="logger-send">
      <NativeSelect
        size="md"
        maw={420}
        label={t("loggers.probe")}
        value={known}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={[...probes.map((one) => ({ value: one.id, label: one.name[languageNow()] })), { value: NEW, label: t("loggers.newProbe") }]}
        data-testid="logger-probe"
      />
      {known === NEW && (
        <TextInput maw={420} label={t("loggers.newName")} description={t("loggers.newHint")} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      )}
      <div className="row">
        <FileButton onChange={setFile} accept=".csv,.txt,.tsv,text/csv,text/plain" inputProps={{ "aria-label": t("loggers.choose") }}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<Icon name="upload" />} disabled={part !== null} data-testid="logger-choose">
              {t("loggers.choose")}
            </Button>
          )}
        </FileButton>
        {file && <span>{t("loggers.chosen", { name: file.name, size: Math.ceil(file.size / 1024) })}</span>}
      </div>
      {part === null ? (
        <div>
          <Button disabled={!file || !NAME.test(probe)} onClick={() => void send()} data-testid="logger-read">
            {t("loggers.read")}
          </Button>
        </div>
      ) : (
        <div className="form" role="status">
          {part < 1 ? t("loggers.sending", { pct: Math.round(part * 100) }) : t("loggers.state.reading")}
          <Progress value={part * 100} size="lg" animated={part >= 1} aria-label={t("loggers.state.reading")} />
          <div>
            <Button variant="default" onClick={() => running.current?.cancel()}>
              {t("common.do.cancel")}
            </Button>
          </div>
        </div>
      )}
      {error !== null && <AirProblem error={error} />}
    </section>
  );
}
