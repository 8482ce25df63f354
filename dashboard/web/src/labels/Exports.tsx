/** Movements of a period as a table or as EPCIS events. */

import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { query } from "../api/client";
import { Failure } from "../scan/Failure";
import { Icon } from "../ui/icons";
import { dayBefore, period } from "./period";
import { useDownload } from "./useDownload";

const MONTH_DAYS = 30;

export function Exports({ room }: { room: string | undefined }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(() => dayBefore(MONTH_DAYS));
  const [to, setTo] = useState(() => dayBefore(0));
  const { ask, making, error } = useDownload();
  const range = period(from, to);
  const make = (end: "csv" | "epcis.json") =>
    range && void ask("GET", `/movements.${end}${query({ ...range, room })}`, `movements-${from}-${to}.${end}`);
  return (
    <section className="panel panel-pad form" aria-labelledby="exports" data-testid="exports">
      <h2 id="exports">{t("labels.exports")}</h2>
      <p className="muted">{t("labels.exportsLong")}</p>
      <div className="row">
        <TextInput type="date" label={t("labels.from")} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <TextInput type="date" label={t("labels.to")} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      </div>
      {!range && <p role="alert">{t("labels.badPeriod")}</p>}
      <Failure error={error} />
      <div className="row">
        {(["csv", "epcis.json"] as const).map((end) => (
          <Button
            key={end}
            variant="default"
            leftSection={<Icon name="download" />}
            disabled={!range}
            loading={making}
            onClick={() => make(end)}
            data-testid={`export-${end === "csv" ? "csv" : "epcis"}`}
          >
            {t(end === "csv" ? "labels.csv" : "labels.epcis")}
          </Button>
        ))}
      </div>
    </section>
  );
}
