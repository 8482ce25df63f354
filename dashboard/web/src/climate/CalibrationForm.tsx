/** Puts a certificate on record. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { QUANTITIES, quantityName } from "../air/quantity";
import { siteClock, siteMoment } from "../air/when";
import { call, path } from "../api/client";
import type { ProbeNow } from "../api/types";
import { languageNow } from "../i18n/format";
import { AirProblem } from "./AirProblem";
import { Dialog } from "../ui/Dialog";
import { useTell } from "../ui/Tell";
import { type CalibrationList, formula, numberOf } from "./calibrations";
import { calibrationsKey } from "./queries";

type CalibrationFormProps = { room: string; probes: ProbeNow[]; opened: boolean; onClose: () => void };

export function CalibrationForm({ room, probes, opened, onClose }: CalibrationFormProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t("calibration.add")} size="lg" onClose={onClose}>
      <Fields room={room} probes={probes} onClose={onClose} />
    </Dialog>
  );
}

const EMPTY = { offset: "0", gain: "1", certificate: "", laboratory: "", due_on: "" };

function Fields({ room, probes, onClose }: Omit<CalibrationFormProps, "opened">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [probe, setProbe] = useState(probes[0]?.id ?? "");
  const offered = quantitiesOf(probes.find((one) => one.id === probe));
  const [quantity, setQuantity] = useState("temperature_c");
  const [since, setSince] = useState(() => `${siteClock(Date.now()).slice(0, 10)}T00:00`);
  const [text, setText] = useState(EMPTY);
  const [offset, gain] = [numberOf(text.offset), numberOf(text.gain)];
  const set = (name: keyof typeof EMPTY) => (event: React.ChangeEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget;
    setText((old) => ({ ...old, [name]: value }));
  };
  const add = useMutation({
    mutationFn: () =>
      call<CalibrationList>("POST", `${path("rooms", room)}/climate/calibrations`, {
        body: { probe, quantity, since: siteMoment(since), offset, gain, certificate: text.certificate.trim(), laboratory: text.laboratory.trim(), due_on: text.due_on || null },
      }),
    onSuccess: (list) => {
      client.setQueryData(calibrationsKey(room), list);
      void client.invalidateQueries({ queryKey: ["series"] });
      void client.invalidateQueries({ queryKey: ["metrics"] });
      onClose();
      tell(t("calibration.done"));
    },
  });
  const isWhole = offset !== null && gain !== null && siteMoment(since) !== null && text.certificate.trim() !== "" && probe !== "";
  const unit = QUANTITIES[quantity]?.unit ?? "";
  return (
    <form
      className="form"
      data-testid="calibration-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) add.mutate();
      }}
    >
      <NativeSelect
        size="md"
        label={t("calibration.probe")}
        value={probe}
        onChange={(event) => setProbe(event.currentTarget.value)}
        data={probes.map((one) => ({ value: one.id, label: one.name[languageNow()] }))}
      />
      <NativeSelect
        size="md"
        label={t("calibration.quantity")}
        value={quantity}
        onChange={(event) => setQuantity(event.currentTarget.value)}
        data={offered.map((one) => ({ value: one, label: quantityName(t, one) }))}
      />
      <TextInput
        type="datetime-local"
        label={t("calibration.since")}
        required
        value={since}
        onChange={(event) => setSince(event.currentTarget.value)}
      />
      <div className="row">
        <TextInput label={t("calibration.gain")} inputMode="decimal" value={text.gain} onChange={set("gain")} error={gain === null && t("calibration.wrongNumber")} data-testid="calibration-gain" />
        <TextInput
          label={`${t("calibration.offset")} (${unit})`}
          description={t("calibration.offsetHint")}
          inputMode="decimal"
          value={text.offset}
          onChange={set("offset")}
          error={offset === null && t("calibration.wrongNumber")}
          data-testid="calibration-offset"
        />
      </div>
      {offset !== null && gain !== null && (
        <p aria-live="polite">
          {t("calibration.true")} = {formula({ offset, gain }, t("calibration.reading"))}
        </p>
      )}
      <TextInput label={t("calibration.certificate")} required maxLength={200} value={text.certificate} onChange={set("certificate")} data-testid="calibration-certificate" />
      <TextInput label={t("calibration.laboratory")} maxLength={200} value={text.laboratory} onChange={set("laboratory")} />
      <TextInput type="date" label={t("calibration.due")} value={text.due_on} onChange={set("due_on")} data-testid="calibration-due" />
      {add.error !== null && <AirProblem error={add.error} />}
      <div className="form-actions">
        <Button variant="default" onClick={onClose}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" disabled={!isWhole} loading={add.isPending} data-testid="calibration-submit">
          {t("calibration.submit")}
        </Button>
      </div>
    </form>
  );
}

const quantitiesOf = (probe: ProbeNow | undefined) => [...new Set(["temperature_c", "humidity_pct", ...Object.keys(probe?.values ?? {})])];
