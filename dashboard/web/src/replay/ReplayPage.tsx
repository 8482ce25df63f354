/** Replay of limits: what would these limits have raised over a past period, beside bare limits. */

import { Alert, Button, Progress } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/air";
import "../i18n/steel";
import { AirNav } from "../air/AirNav";
import type { Replay } from "../air/types";
import { useLimits } from "../air/useAirNames";
import { call, path, Problem } from "../api/client";
import { problemWords } from "../i18n/codes";
import { sayIf } from "../i18n/say";
import { Answer, Loading } from "../ui/Feedback";
import { later } from "../ui/later";
import { AskForm, type Question } from "./AskForm";
import css from "./replay.module.css";

const Result = later(() => import("./Result").then((part) => part.Result));
const LOOK_EVERY_MS = 500;

export function ReplayPage() {
  const { t } = useTranslation();
  const limits = useLimits();
  const [asked, setAsked] = useState<{ id: string; question: Question } | null>(null);
  const start = useMutation({
    mutationFn: (question: Question) => call<{ id: string }>("POST", "/climate/replays", { body: question }),
    onSuccess: ({ id }, question) => setAsked({ id, question }),
  });
  return (
    <div className="page">
      <AirNav />
      <div>
        <h1>{t("replay.title")}</h1>
        <p className="muted">{t("replay.lead")}</p>
      </div>
      <Answer of={limits}>
        {(data) => <AskForm limits={data} pending={start.isPending} onAsk={(question) => start.mutate(question)} />}
      </Answer>
      {start.error && (
        <Alert color="red" variant="light" role="alert" data-testid="problem">
          {replayProblem(t, start.error)}
        </Alert>
      )}
      {asked && <Course key={asked.id} {...asked} onCancelled={() => setAsked(null)} />}
    </div>
  );
}

type CourseProps = { id: string; question: Question; onCancelled: () => void };

/** How far it is, and what it found. */
function Course({ id, question, onCancelled }: CourseProps) {
  const { t } = useTranslation();
  const replay = useQuery({
    queryKey: ["replay", id],
    queryFn: () => call<Replay>("GET", path("climate", "replays", id)),
    refetchInterval: ({ state: { data } }) => (!data || isUnderWay(data) ? LOOK_EVERY_MS : false),
  });
  const cancel = useMutation({
    mutationFn: () => call("DELETE", path("climate", "replays", id)),
    onSuccess: onCancelled,
  });
  return (
    <Answer of={replay}>
      {(data) => {
        if (isUnderWay(data)) {
          const pct = Math.round(data.progress * 100);
          return (
            <section className={`panel panel-pad ${css.course}`} data-testid="replay-course">
              <span role="status">{t(data.state === "waiting" ? "replay.waiting" : "replay.running", { pct })}</span>
              <Progress className={css.bar ?? ""} value={pct} aria-label={t("replay.progress")} />
              <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()} data-testid="replay-cancel">
                {t("common.do.cancel")}
              </Button>
            </section>
          );
        }
        if (!data.result || !data.without) {
          return (
            <Alert color="red" variant="light" role="alert" data-testid="problem">
              {t(data.state === "cancelled" ? "replay.cancelled" : "replay.failed")}
            </Alert>
          );
        }
        return (
          <Suspense fallback={<Loading />}>
            <Result result={data.result} without={data.without} question={question} />
          </Suspense>
        );
      }}
    </Answer>
  );
}

const isUnderWay = ({ state }: Replay) => state === "waiting" || state === "running";

function replayProblem(t: Parameters<typeof problemWords>[0], error: unknown): string {
  const code = error instanceof Problem && error.code.startsWith("climate.") ? error.code.slice("climate.".length) : "";
  return sayIf(t, "replay.problem", code, error instanceof Problem ? error.params : {}) ?? problemWords(t, error);
}
