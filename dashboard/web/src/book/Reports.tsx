/** Reports of a month or year, as PDF or XLSX, in either language. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { siteClock } from "../air/when";
import { path, query } from "../api/client";
import { languageNow } from "../i18n/format";
import { useDownload } from "../labels/useDownload";
import { useMay } from "../people/may";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { Tabs } from "../ui/Tabs";

export function Reports({ room }: { room: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const [unit, setUnit] = useState<"month" | "year">("month");
  const [month, setMonth] = useState(() => siteClock(Date.now()).slice(0, 7));
  const [language, setLanguage] = useState<string>(languageNow());
  const { ask, stop, making, error } = useDownload();
  const period = unit === "month" ? month : month.slice(0, 4);
  const isPeriod = /^\d{4}(-\d{2})?$/.test(period);
  if (!may("climate.read")) return null;
  return (
    <section className="panel panel-pad form" data-testid="reports">
      <h2>{t("book.reports")}</h2>
      <p className="muted">{t("book.reportsLong")}</p>
      <div className="row">
        <Tabs
          label={t("chart.period")}
          value={unit}
          tabs={(["month", "year"] as const).map((one) => ({ value: one, label: t(`book.period.${one}`) }))}
          onChange={(value) => setUnit(value as typeof unit)}
          testId="report-unit"
        />
        {unit === "month" ? (
          <TextInput type="month" aria-label={t("book.month")} value={month} onChange={(event) => setMonth(event.currentTarget.value)} />
        ) : (
          <TextInput
            type="number"
            aria-label={t("book.year")}
            value={month.slice(0, 4)}
            onChange={(event) => setMonth(`${event.currentTarget.value}-01`)}
          />
        )}
        <NativeSelect
          size="md"
          aria-label={t("book.language")}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value)}
          data={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
      </div>
      {error !== null && <Failed error={error} />}
      <div className="row">
        {(["pdf", "xlsx"] as const).map((end) => (
          <Button
            key={end}
            variant="default"
            leftSection={<Icon name="download" />}
            disabled={!isPeriod}
            loading={making}
            onClick={() => void ask("GET", `${path("rooms", room)}/climate/report.${end}${query({ period, language })}`, `climate-${room}-${period}.${end}`)}
            data-testid={`report-${end}`}
          >
            {t(`book.${end}`)}
          </Button>
        ))}
        {making && (
          <Button variant="default" onClick={stop}>
            {t("common.do.cancel")}
          </Button>
        )}
      </div>
    </section>
  );
}
