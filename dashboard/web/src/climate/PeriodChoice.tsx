/** Chooses the period of a chart or of figures: a unit that ends today, earlier ones, or own days. */

import { Button, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import "../i18n/climate";
import { Icon } from "../ui/icons";
import { Tabs } from "../ui/Tabs";
import { isLatest, latest, moved, type Period, spanOf, type Unit, UNITS } from "./period";

type PeriodChoiceProps = { value: Period; onChange: (period: Period) => void; testId: string };

export function PeriodChoice({ value, onChange, testId }: PeriodChoiceProps) {
  const { t } = useTranslation();
  const choose = (unit: string) =>
    onChange(unit === "own" ? { ...value, unit: "own" } : latest(unit as Unit, Date.now()));
  const isLast = isLatest(value, Date.now());
  return (
    <div className="row" data-testid={testId}>
      <Tabs
        label={t("chart.period")}
        value={value.unit}
        tabs={[...UNITS, "own" as const].map((one) => ({ value: one, label: t(`chart.unit.${one}`) }))}
        onChange={choose}
        testId={`${testId}-unit`}
      />
      <Button variant="default" px="sm" aria-label={t("chart.earlier")} title={t("chart.earlier")} onClick={() => onChange(moved(value, -1))}>
        <Icon name="arrowLeft" />
      </Button>
      {value.unit === "own" ? (
        <>
          <TextInput
            type="date"
            aria-label={t("chart.first")}
            value={value.first}
            onChange={(event) => onChange({ ...value, first: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            aria-label={t("chart.last")}
            value={value.last}
            onChange={(event) => onChange({ ...value, last: event.currentTarget.value })}
          />
        </>
      ) : (
        <span className="nowrap">{value.first === value.last ? value.first : `${value.first} – ${value.last}`}</span>
      )}
      <Button
        variant="default"
        px="sm"
        aria-label={t("chart.later")}
        title={t("chart.later")}
        disabled={isLast}
        onClick={() => onChange(moved(value, 1))}
      >
        <Icon name="arrowRight" />
      </Button>
      {spanOf(value) === null && <span role="alert">{t("chart.badPeriod")}</span>}
    </div>
  );
}
