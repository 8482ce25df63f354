/** Replay of limits: what would these limits have raised over a past period, beside bare limits. */

import { Alert, Button, Progress } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import "../i18n/air";
import "../i18n/steel";
import { AirNav } from "../air/AirNav";
import type { Limits, Replay } from "../air/types";
import { useLimits } from "../air/useAirNames";
import { call, path, Problem } from "../api/client";
import { problemWords } from "../i18n/codes";
import { sayIf } from "../i18n/say";
import { useRoom } from "../room/RoomChoice";
import { Answer, Loading } from "../ui/Feedback";
import { later } from "../ui/later";
import { type Asked, type Judged, judgedOf, type Question, questionOf, readAsked, writeAsked } from "./asked";
import { AskForm } from "./AskForm";
import { Lost } from "./Lost";
import css from "./replay.module.css";

const Result = later(() => import("./Result").then((part) => part.Result));
const LOOK_EVERY_MS = 500;

export function ReplayPage() {
  const { t } = useTranslation();
  const limits = useLimits();
  const room = useRoom();
  const [params, setParams] = useSearchParams();
  const asked = useMemo(() => readAsked(params), [params]);
  const judged = useMemo(() => asked && judgedOf(asked), [asked]);
  const id = params.get("replay");
  const start = useMutation({
    mutationFn: ({ question }: { asked: Asked; question: Question }) => call<{ id: string }>("POST", "/climate/replays", { body: question }),
    onSuccess: (started, { asked }) => setParams(writeAsked(asked, started.id), { replace: true }),
  });
  const ask = (wanted: Asked, known: Limits) => {
    const question = questionOf(wanted, known);
    if (question) start.mutate({ asked: wanted, question });
  };
  return (
    <div className="page">
      <AirNav />
      <div>
        <h1>{t("replay.title")}</h1>
        <p className="muted">{t("replay.lead")}</p>
      </div>
      <Answer of={limits}>
        {(data) => room && <AskForm room={room} limits={data} given={asked} pending={start.isPending} onAsk={(wanted) => ask(wanted, data)} />}
      </Answer>
      {start.error && (
        <Alert color="red" variant="light" role="alert" data-testid="problem">
          {replayProblem(t, start.error)}
        </Alert>
      )}
      {id && asked && judged && limits.data && (
        <Course
          key={id}
          id={id}
          judged={judged}
          pending={start.isPending}
          onAgain={questionOf(asked, limits.data) && (() => limits.data && ask(asked, limits.data))}
          onCancelled={() => setParams(writeAsked(asked), { replace: true })}
        />
      )}
    </div>
  );
}

type CourseProps = { id: string; judged: Judged; pending: boolean; onAgain: (() => void) | null; onCancelled: () => void };

/** How far it is, and what it found. */
function Course({ id, judged, pending, onAgain, onCancelled }: CourseProps) {
  const { t } = useTranslation();
  const replay = useQuery({
    queryKey: ["replay", id],
    queryFn: () => call<Replay>("GET", path("climate", "replays", id)),
    refetchInterval: ({ state: { data, error } }) => (isGone(error) || (data && !isUnderWay(data)) ? false : LOOK_EVERY_MS),
    staleTime: ({ state: { data } }) => (data && !isUnderWay(data) ? Number.POSITIVE_INFINITY : 0),
  });
  const cancel = useMutation({
    mutationFn: () => call("DELETE", path("climate", "replays", id)),
    onSuccess: onCancelled,
  });
  if (isGone(replay.error)) return <Lost pending={pending} onAgain={onAgain} />;
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
            <Result result={data.result} without={data.without} judged={judged} />
          </Suspense>
        );
      }}
    </Answer>
  );
}

/** The controller no longer knows it: it was started anew, or others came after it. */
const isGone = (error: unknown) => error instanceof Problem && error.code === "climate.no_such_replay";

const isUnderWay = ({ state }: Replay) => state === "waiting" || state === "running";

function replayProblem(t: Parameters<typeof problemWords>[0], error: unknown): string {
  const code = error instanceof Problem && error.code.startsWith("climate.") ? error.code.slice("climate.".length) : "";
  return sayIf(t, "replay.problem", code, error instanceof Problem ? error.params : {}) ?? problemWords(t, error);
}
