/** Choose, check, then apply; everything before the applying can be cancelled. */

import { Button, FileButton, NativeSelect, Progress } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { query, type Upload, upload } from "../api/client";
import type { ImportKind, ImportReport } from "../api/types";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { Report } from "./Report";
import { next, type Step } from "./state";

export function ImportForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [kind, setKind] = useState<ImportKind>("boxes");
  const [file, setFile] = useState<File | null>(null);
  const [step, dispatch] = useReducer(next, { at: "choosing" } as Step);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<Upload | null>(null);

  const send = async (apply: boolean, partial: boolean) => {
    if (!file) return;
    setError(null);
    dispatch({ did: "send", apply });
    const options = { kind, dry_run: !apply, accept_partial: partial };
    running.current = upload(`/imports${query(options)}`, file, (part) =>
      dispatch({ did: "progress", part }),
    );
    try {
      dispatch({ did: "answer", report: (await running.current.promise) as ImportReport });
      if (apply) void client.invalidateQueries();
    } catch (problem) {
      dispatch({ did: "fail" });
      setError(problem);
    }
  };
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setError(null);
    dispatch({ did: "discard" });
  };
  return (
    <section className="panel panel-pad form">
      <NativeSelect
        size="md"
        maw={420}
        label={t("work.imports.kind")}
        disabled={step.at === "sending"}
        value={kind}
        onChange={(event) => {
          setKind(event.currentTarget.value as ImportKind);
          dispatch({ did: "discard" });
        }}
        data={(["boxes", "files"] as const).map((one) => ({ value: one, label: t(`work.imports.kinds.${one}`) }))}
        data-testid="import-kind"
      />
      <div className="row">
        <FileButton onChange={choose} accept=".csv,.xlsx" inputProps={{ "aria-label": t("work.imports.choose") }}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<Icon name="upload" />}
              disabled={step.at === "sending"}
              data-testid="import-choose"
            >
              {t("work.imports.choose")}
            </Button>
          )}
        </FileButton>
        {file && (
          <span data-testid="import-file">
            {t("work.imports.chosen", { name: file.name, size: Math.ceil(file.size / 1024) })}
          </span>
        )}
      </div>
      {step.at === "choosing" && (
        <div>
          <Button disabled={!file} onClick={() => void send(false, false)} data-testid="import-check">
            {t("work.imports.check")}
          </Button>
        </div>
      )}
      {step.at === "sending" && <Sending step={step} onCancel={() => running.current?.cancel()} />}
      {(step.at === "checked" || step.at === "applied") && (
        <Report
          report={step.report}
          onApply={(partial) => void send(true, partial)}
          onDiscard={() => choose(null)}
        />
      )}
      {error !== null && <Failed error={error} />}
    </section>
  );
}

type SendingProps = { step: Extract<Step, { at: "sending" }>; onCancel: () => void };

function Sending({ step, onCancel }: SendingProps) {
  const { t } = useTranslation();
  const pct = Math.round(step.part * 100);
  const words = step.apply
    ? t("work.imports.applying")
    : pct < 100
      ? t("work.imports.checking", { pct })
      : t("work.imports.checkingRows");
  return (
    <div className="form" role="status" data-testid="import-progress">
      <span>{words}</span>
      <Progress value={pct} size="lg" animated={pct === 100} aria-label={words} />
      {!step.apply && (
        <div>
          <Button variant="default" onClick={onCancel} data-testid="import-cancel">
            {t("common.do.cancel")}
          </Button>
        </div>
      )}
    </div>
  );
}
