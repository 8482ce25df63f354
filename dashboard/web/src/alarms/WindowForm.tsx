/** Plans a maintenance window: where, from when to when, for which alarms, and why. */

import { Alert, Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useZones } from "../air/useAirNames";
import { siteClockIn, siteMoment } from "../air/when";
import { call } from "../api/client";
import { useRooms } from "../api/queries";
import { languageNow } from "../i18n/format";
import { useRoom } from "../room/RoomChoice";
import { useTell } from "../ui/Tell";
import css from "./alarms.module.css";
import { toggled } from "./escalation";
import { KINDS } from "./list";
import { alarmProblem, kindWords } from "./words";

const USUAL_MIN = 240;

export function WindowForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const here = useRoom();
  const rooms = useRooms().data?.rooms ?? [];
  const [room, setRoom] = useState(here ?? "");
  const [zone, setZone] = useState("");
  const [from, setFrom] = useState(() => siteClockIn(0));
  const [to, setTo] = useState(() => siteClockIn(USUAL_MIN));
  const [kinds, setKinds] = useState<string[]>([]);
  const [reason, setReason] = useState("");
  const zones = useZones(room);
  const plan = useMutation({
    mutationFn: () =>
      call("POST", "/maintenance", {
        body: { room, zone: zone || null, kinds, from: siteMoment(from), to: siteMoment(to), reason: reason.trim() },
      }),
    onSuccess: () => {
      tell(t("told.maintenance.planned"));
      onDone();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["alarms"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    plan.mutate();
  };
  return (
    <form className="form" onSubmit={submit} data-testid="window-form">
      {rooms.length > 1 && (
        <NativeSelect
          size="md"
          label={t("told.maintenance.room")}
          value={room}
          onChange={(event) => {
            setRoom(event.currentTarget.value);
            setZone("");
          }}
          data={rooms.map((one) => ({ value: one.room, label: one.name[languageNow()] }))}
        />
      )}
      <NativeSelect
        size="md"
        label={t("told.maintenance.zone")}
        value={zone}
        onChange={(event) => setZone(event.currentTarget.value)}
        data={[{ value: "", label: t("told.maintenance.wholeRoom") }, ...zones.map((one) => ({ value: one.zone, label: one.name[languageNow()] }))]}
        data-testid="window-zone"
      />
      <TextInput
        type="datetime-local"
        required
        label={t("told.maintenance.from")}
        description={t("told.maintenance.siteTime")}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        data-testid="window-from"
      />
      <TextInput
        type="datetime-local"
        required
        label={t("told.maintenance.to")}
        description={t("told.maintenance.siteTime")}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data-testid="window-to"
      />
      <Textarea
        size="md"
        required
        minLength={3}
        maxLength={300}
        label={t("told.maintenance.reason")}
        description={t("told.maintenance.reasonHint")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-testid="window-reason"
      />
      <details className={css.told}>
        <summary>{t("told.maintenance.kinds")}</summary>
        <fieldset className={css.kinds}>
          <legend className="visually-hidden">{t("told.maintenance.kinds")}</legend>
          <label>
            <input type="checkbox" checked={kinds.length === 0} onChange={() => setKinds([])} />
            {t("told.maintenance.usualKinds")}
          </label>
          {KINDS.map((kind) => (
            <label key={kind}>
              <input type="checkbox" checked={kinds.includes(kind)} onChange={() => setKinds(toggled(kinds, kind))} />
              {kindWords(t, kind)}
            </label>
          ))}
        </fieldset>
      </details>
      {plan.error && (
        <Alert color="red" variant="light" role="alert" data-testid="problem">
          {alarmProblem(t, plan.error)}
        </Alert>
      )}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" loading={plan.isPending} data-testid="window-submit">
          {t("told.maintenance.plan")}
        </Button>
      </div>
    </form>
  );
}
