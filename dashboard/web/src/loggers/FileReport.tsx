/** What a logger's file says, what is wrong in it, what is open, and what comes of it. */

import { Button, Progress } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { measured, quantityName } from "../air/quantity";
import { call, path, Problem } from "../api/client";
import { exactMoment, spanWords } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { AirProblem, lastPart } from "../climate/AirProblem";
import { FileState, fileKey } from "./LoggersPage";
import { ReadingChoices } from "./ReadingChoices";
import { mayCancel, mayChoose, mayPublish, problemsOf } from "./step";
import type { Choices, LoggerImport } from "./types";

export function FileReport({ file, onClose }: { file: LoggerImport; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [choices, setChoices] = useState<Choices>(() => given(file.choices));
  const act = useMutation({
    mutationFn: (what: "publish" | "cancel" | "choices") => ask(file.id, what, choices),
    onSuccess: (next, what) => {
      client.setQueryData(fileKey(file.id), next);
      for (const key of ["logger-imports", "series", "metrics", "climate"]) void client.invalidateQueries({ queryKey: [key] });
      if (what === "cancel") tell(t("loggers.cancelLong"));
    },
  });
  return (
    <section className="panel panel-pad form" data-testid="logger-report">
      <div className="row spread">
        <div className="row">
          <h2 className="code">{file.name}</h2>
          <FileState state={file.state} />
        </div>
        <Button variant="default" onClick={onClose}>
          {t("loggers.close")}
        </Button>
      </div>
      {file.failure && <AirProblem error={new Problem(422, file.failure.code, file.failure.params)} />}
      {file.same_as && (
        <p>
          <Icon name="alert" size={18} /> {t("loggers.sameAs")}
        </p>
      )}
      {file.rows > 0 && <Contents file={file} />}
      {file.rows > 0 && <Problems file={file} />}
      {mayChoose(file) && (
        <ReadingChoices file={file} choices={choices} onChange={setChoices} pending={act.isPending} onAgain={() => act.mutate("choices")} />
      )}
      {file.state === "publishing" && <Publishing file={file} />}
      {file.state === "published" && (
        <p role="status" data-testid="logger-published">
          <Icon name="check" size={18} /> {t("loggers.published", { count: file.new ?? 0, already: file.already ?? 0 })}
        </p>
      )}
      {act.error !== null && <AirProblem error={act.error} />}
      <div className="form-actions">
        {mayCancel(file) && (
          <Button variant="default" onClick={() => act.mutate("cancel")} data-testid="logger-cancel">
            {t("loggers.cancel")}
          </Button>
        )}
        {mayPublish(file) && (
          <Button loading={act.isPending} onClick={() => act.mutate("publish")} data-testid="logger-publish">
            {t("loggers.publish")}
          </Button>
        )}
      </div>
    </section>
  );
}

function ask(id: string, what: "publish" | "cancel" | "choices", choices: Choices): Promise<LoggerImport> {
  const file = path("climate", "imports", id);
  if (what === "cancel") return call("DELETE", file);
  if (what === "publish") return call("POST", `${file}/publish`);
  return call("PUT", `${file}/choices`, { body: choices });
}

const given = (choices: Choices) => Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== null)) as Choices;

function Contents({ file }: { file: LoggerImport }) {
  const { t } = useTranslation();
  return (
    <div>
      <h3>{t("loggers.result")}</h3>
      <ul data-testid="logger-contents">
        <li>
          {t("loggers.rows", { count: file.rows })} · {t("loggers.moments", { count: file.moments })}
        </li>
        {file.first && file.last && (
          <li>
            {t("loggers.span", { first: exactMoment(file.first), last: exactMoment(file.last) })}
            {file.interval_s !== null && ` · ${t("loggers.interval", { time: spanWords(t, file.interval_s) })}`}
          </li>
        )}
        {file.values.map(({ quantity, count, lowest, highest }) => (
          <li key={quantity}>
            {t("loggers.valuesOf", {
              quantity: quantityName(t, quantity),
              count,
              lowest: measured(lowest, quantity),
              highest: measured(highest, quantity),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A moment that the controller wrote itself; what stands in the file is shown as it stands there. */
const UTC_TEXT = /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/;

function Problems({ file }: { file: LoggerImport }) {
  const { t } = useTranslation();
  const count = problemsOf(file);
  if (count === 0)
    return (
      <p>
        <Icon name="check" size={18} /> {t("loggers.noProblems")}
      </p>
    );
  return (
    <div>
      <h3>{t("loggers.problems")}</h3>
      <p>
        <Icon name="alert" size={18} /> {t("loggers.someProblems", { count })}
      </p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("loggers.problems")}>
        <table className="table" data-testid="logger-problems">
          <thead>
            <tr>
              <th className="num">{t("loggers.row")}</th>
              <th>{t("loggers.column")}</th>
              <th>{t("loggers.problem")}</th>
              <th>{t("loggers.value")}</th>
            </tr>
          </thead>
          <tbody>
            {file.problems.map((one) => (
              <tr key={`${one.row} ${one.column} ${one.code}`}>
                <td className="num">{one.row}</td>
                <td>{sayIf(t, "loggers.kinds", one.column) ?? quantityName(t, one.column)}</td>
                <td>{sayIf(t, "loggers.code", lastPart(one.code)) ?? one.code}</td>
                <td className="code">{UTC_TEXT.test(one.value) ? exactMoment(one.value) : one.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Publishing({ file }: { file: LoggerImport }) {
  const { t } = useTranslation();
  const words = t("loggers.publishing", { done: file.rows_done, rows: file.rows });
  return (
    <div className="form" role="status">
      {words}
      <Progress value={file.rows > 0 ? (100 * file.rows_done) / file.rows : 0} size="lg" aria-label={words} />
    </div>
  );
}
