/** Maintenance windows: while work goes on, alarms of a zone are seen and nobody is told. */

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/air";
import "../i18n/steel";
import { AirNav } from "../air/AirNav";
import { Stale } from "../air/Stale";
import { useAirNames } from "../air/useAirNames";
import { call, path, query } from "../api/client";
import { exactMoment } from "../i18n/format";
import { useMay } from "../people/may";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Answer, Empty } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { Tone, type ToneName } from "../ui/Tone";
import { useNow } from "../ui/useNow";
import css from "./alarms.module.css";
import { type Window, windowsInOrder, type WindowState, windowState } from "./window";
import { WindowForm } from "./WindowForm";
import { type AlarmNames, kindWords } from "./words";

const LOOK: Record<WindowState, { tone: ToneName; icon: IconName }> = {
  planned: { tone: "plain", icon: "clock" },
  running: { tone: "moving", icon: "mute" },
  over: { tone: "stale", icon: "check" },
};
const LONG_AGO = "2000-01-01T00:00:00Z";

/** Under the alarms' key: what changes alarms may have begun or ended a window. */
const useWindows = (past: boolean) =>
  useQuery({
    queryKey: ["alarms", "windows", past],
    queryFn: () => call<{ windows: Window[] }>("GET", `/maintenance${query({ ended_since: past ? LONG_AGO : undefined })}`),
    refetchInterval: 60_000,
  });

export function MaintenancePage() {
  const { t } = useTranslation();
  const may = useMay();
  const now_ms = useNow(10_000);
  const [past, showPast] = useState(false);
  const [adding, setAdding] = useState(false);
  const windows = useWindows(past);
  const names = useAirNames([...new Set((windows.data?.windows ?? []).map((one) => one.room))]);
  return (
    <div className="page">
      <AirNav />
      <div className="row spread">
        <h1>{t("told.maintenance.title")}</h1>
        {may("alarm.shelve") && (
          <Button onClick={() => setAdding(true)} leftSection={<Icon name="clock" />} data-testid="window-add">
            {t("told.maintenance.add")}
          </Button>
        )}
      </div>
      <p className="muted">{t("told.maintenance.lead")}</p>
      <Stale of={windows} />
      <label className={css.check}>
        <input type="checkbox" checked={past} onChange={(event) => showPast(event.currentTarget.checked)} />
        {t("told.maintenance.past")}
      </label>
      <Answer of={windows}>
        {(data) => (
          <section className="panel panel-pad">
            {data.windows.length === 0 && <Empty>{t("told.maintenance.none")}</Empty>}
            <ul className={css.recipients} data-testid="windows">
              {windowsInOrder(data.windows, now_ms).map((one) => (
                <WindowRow key={one.id} window={one} state={windowState(one, now_ms)} names={names} />
              ))}
            </ul>
          </section>
        )}
      </Answer>
      <Dialog opened={adding} onClose={() => setAdding(false)} title={t("told.maintenance.add")}>
        <WindowForm onDone={() => setAdding(false)} />
      </Dialog>
    </div>
  );
}

function WindowRow({ window, state, names }: { window: Window; state: WindowState; names: AlarmNames }) {
  const { t } = useTranslation();
  const { room, zone, kinds, from, to, ended_at, by, reason } = window;
  const end = ended_at ?? to;
  return (
    <li data-testid="window" data-state={state}>
      <div className={css.words}>
        <div className="row">
          <strong>{[names.room(room), zone ? names.zone(room, zone) : t("told.maintenance.wholeRoom")].join(" · ")}</strong>
          <Tone {...LOOK[state]}>{t(`told.maintenance.state.${state}`)}</Tone>
        </div>
        <span>{t("told.maintenance.span", { from: exactMoment(from), to: end ? exactMoment(end) : t("alarmList.untilReturned") })}</span>
        <span>{t("told.maintenance.by", { name: by, reason })}</span>
        <span className="muted">
          {kinds.length === 0 ? t("told.maintenance.usualKinds") : kinds.map((one) => kindWords(t, one)).join(" · ")}
        </span>
      </div>
      {state !== "over" && <EndWindow id={window.id} state={state} />}
    </li>
  );
}

function EndWindow({ id, state }: { id: string; state: WindowState }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const tell = useTell();
  const [asking, ask] = useState(false);
  const end = useMutation({
    mutationFn: () => call("DELETE", path("maintenance", id)),
    onSuccess: () => {
      tell(t("told.maintenance.ended"));
      ask(false);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["alarms"] }),
  });
  if (!may("alarm.shelve")) return null;
  const words = state === "planned" ? "callOff" : "end";
  return (
    <div className={css.acts}>
      <Button variant="default" onClick={() => ask(true)} data-testid="window-end">
        {t(`told.maintenance.${words}`)}
      </Button>
      <Confirm
        opened={asking}
        title={t(`told.maintenance.${words}`)}
        words={t(`told.maintenance.${words}Ask`)}
        action={t(`told.maintenance.${words}`)}
        pending={end.isPending}
        error={end.error}
        onYes={() => end.mutate()}
        onClose={() => ask(false)}
        testId="end-window"
      />
    </div>
  );
}
