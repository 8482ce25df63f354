/** A person's word about a machine: on or off until a time, and giving it back to its regulator. */

import { Alert, Button, NativeSelect, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TFunction } from "i18next";
import { minutesWords } from "../alarms/words";
import { call, path, Problem } from "../api/client";
import { problemWords } from "../i18n/codes";
import { momentWords } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Tabs } from "../ui/Tabs";
import { useTell } from "../ui/Tell";
import { reasonWords } from "./why";

const SPANS_MIN = [30, 60, 120, 240, 480, 1440, 3 * 1440] as const;
const USUAL_MIN = 120;
const MINUTE_MS = 60_000;
const BARE = { unit: (id: string) => id, zone: (zone: string) => zone };

type HoldProps = { unit: string; room: string; name: string; isOn: boolean; onClose: () => void };

export function HoldDialog({ unit, room, name, isOn, onClose }: HoldProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const [on, setOn] = useState(!isOn);
  const [minutes, setMinutes] = useState<number>(USUAL_MIN);
  const [reason, setReason] = useState("");
  const until = () => new Date(Date.now() + minutes * MINUTE_MS).toISOString();
  const hold = useMutation({
    mutationFn: () =>
      call<{ why: string | null }>("POST", path("rooms", room, "units", unit, "override"), {
        body: { on, until: until(), reason: reason.trim() },
      }),
    onSuccess: ({ why }) => {
      tell(t("units.held", { why: why && why !== "by_hand" ? reasonWords(t, why, {}, BARE) : t(on ? "units.wants.on" : "units.wants.off") }));
      onClose();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["units"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    hold.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t("units.overrideOf", { name })}>
      <form className="form" onSubmit={submit} data-testid="hold-form">
        <p className="muted">{t("units.overrideLong")}</p>
        <Tabs
          label={t("units.override")}
          value={on ? "on" : "off"}
          onChange={(value) => setOn(value === "on")}
          tabs={[
            { value: "on", label: t("units.on") },
            { value: "off", label: t("units.off") },
          ]}
          testId="hold-on"
        />
        <NativeSelect
          size="md"
          label={t("units.span")}
          description={t("units.until", { when: momentWords(until()) })}
          value={String(minutes)}
          onChange={(event) => setMinutes(Number(event.currentTarget.value))}
          data={SPANS_MIN.map((one) => ({ value: String(one), label: minutesWords(t, one) }))}
          data-testid="hold-minutes"
        />
        <Textarea
          size="md"
          required
          maxLength={500}
          label={t("units.reason")}
          description={t("units.reasonHint")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
          data-testid="hold-reason"
        />
        {hold.error && (
          <Alert color="red" variant="light" role="alert" data-testid="problem">
            {unitProblem(t, hold.error)}
          </Alert>
        )}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.do.cancel")}
          </Button>
          <Button type="submit" loading={hold.isPending} data-testid="hold-yes">
            {t("units.hold")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Resume({ unit, room }: { unit: string; room: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const [asking, ask] = useState(false);
  const resume = useMutation({
    mutationFn: () => call("DELETE", path("rooms", room, "units", unit, "override")),
    onSuccess: () => {
      tell(t("units.resumed"));
      ask(false);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["units"] }),
  });
  return (
    <>
      <Button onClick={() => ask(true)} data-testid="unit-resume">
        {t("units.resume")}
      </Button>
      <Confirm
        opened={asking}
        title={t("units.resume")}
        words={
          <>
            <p>{t("units.resumeAsk")}</p>
            {resume.error && <p role="alert">{unitProblem(t, resume.error)}</p>}
          </>
        }
        action={t("units.resume")}
        pending={resume.isPending}
        error={null}
        onYes={() => resume.mutate()}
        onClose={() => ask(false)}
        testId="resume"
      />
    </>
  );
}

/** Word a refused wish about a unit. */
export function unitProblem(t: TFunction, error: unknown): string {
  if (!(error instanceof Problem) || !error.code.startsWith("units.")) return problemWords(t, error);
  const code = error.code.slice("units.".length);
  return sayIf(t, "units.problem", code, error.params) ?? sayIf(t, "units.reasons", code) ?? problemWords(t, error);
}
