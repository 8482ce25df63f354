/** How a logger's file is read: what is open first, then everything that was found out and may be wrong. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { QUANTITIES, quantityName } from "../air/quantity";
import { Icon } from "../ui/icons";
import { withChoice, withColumn } from "./step";
import type { Choices, LoggerImport } from "./types";

type ReadingChoicesProps = {
  file: LoggerImport;
  choices: Choices;
  onChange: (choices: Choices) => void;
  pending: boolean;
  onAgain: () => void;
};

const KINDS = ["moment", "date", "clock", "sensor"] as const;
const MODELS = ["vtt", "mrf"];

export function ReadingChoices({ file, choices, onChange, pending, onAgain }: ReadingChoicesProps) {
  const { t } = useTranslation();
  const open = file.questions.map((one) => one.about);
  return (
    <details open={open.length > 0 || file.state === "failed"} data-testid="logger-how">
      <summary>{t("loggers.how")}</summary>
      <div className="form">
        {open.length > 0 && (
          <div role="alert">
            <Icon name="question" size={18} /> {t("loggers.questions")}
            <ul>
              {file.questions.map((one) => (
                <li key={one.about}>{t(`loggers.question.${one.about}`, { example: one.example })}</li>
              ))}
            </ul>
          </div>
        )}
        <div className="row">
          <Pick name="date_order" label={t("loggers.dateOrder")} found={file.date_order} options={(["ymd", "dmy", "mdy"] as const).map((one) => [one, t(`loggers.orders.${one}`)])} choices={choices} onChange={onChange} />
          <Pick name="temperature_unit" label={t("loggers.unit")} found={open.includes("temperature_unit") ? null : file.temperature_unit} options={[["C", "°C"], ["F", "°F"]]} choices={choices} onChange={onChange} />
          <Pick name="decimal" label={t("loggers.decimal")} found={file.decimal} options={[[".", "."], [",", ","]]} choices={choices} onChange={onChange} />
          <Pick name="separator" label={t("loggers.separator")} found={file.separator} options={(["\t", ";", ",", "|"] as const).map((one) => [one, t(`loggers.separators.${one}`)])} choices={choices} onChange={onChange} />
          {file.sensors.length > 0 && (
            <Pick name="sensor" label={t("loggers.sensor")} found={null} options={file.sensors.map((one) => [one, one])} choices={choices} onChange={onChange} />
          )}
          <TextInput
            label={t("loggers.zone")}
            placeholder={open.includes("zone") ? "UTC-05:00" : (file.zone ?? "")}
            description={file.zone_by && !open.includes("zone") ? `${file.zone} (${t(`loggers.zoneBy.${file.zone_by}`)})` : undefined}
            value={choices.zone ?? ""}
            onChange={(event) => onChange(withChoice(choices, "zone", event.currentTarget.value))}
          />
          <TextInput
            type="number"
            min={0}
            max={200}
            label={t("loggers.header")}
            placeholder={String(file.header_row ?? "")}
            value={choices.header_row ?? ""}
            onChange={(event) => onChange(withChoice(choices, "header_row", event.currentTarget.value))}
          />
        </div>
        {file.columns.length > 0 && <Columns file={file} choices={choices} onChange={onChange} />}
        <div>
          <Button variant="default" loading={pending} onClick={onAgain} data-testid="logger-again">
            {t("loggers.again")}
          </Button>
        </div>
      </div>
    </details>
  );
}

type PickProps = {
  name: "date_order" | "temperature_unit" | "decimal" | "separator" | "sensor";
  label: string;
  found: string | null;
  options: [string, string][];
  choices: Choices;
  onChange: (choices: Choices) => void;
};

function Pick({ name, label, found, options, choices, onChange }: PickProps) {
  const { t } = useTranslation();
  const foundWords = options.find(([value]) => value === found)?.[1] ?? "–";
  return (
    <NativeSelect
      size="md"
      label={label}
      value={choices[name] ?? ""}
      onChange={(event) => onChange(withChoice(choices, name, event.currentTarget.value))}
      data={[{ value: "", label: t("loggers.asFound", { value: foundWords }) }, ...options.map(([value, words]) => ({ value, label: words }))]}
      data-testid={`logger-${name}`}
    />
  );
}

function Columns({ file, choices, onChange }: Omit<ReadingChoicesProps, "pending" | "onAgain">) {
  const { t } = useTranslation();
  const options = [
    { value: "", label: t("loggers.kinds.unread") },
    ...KINDS.map((one) => ({ value: one as string, label: t(`loggers.kinds.${one}`) })),
    ...Object.keys(QUANTITIES)
      .filter((one) => !MODELS.includes(one))
      .map((one) => ({ value: one, label: quantityName(t, one) })),
  ];
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("loggers.columns")}>
      <table className="table" data-testid="logger-columns">
        <thead>
          <tr>
            <th className="num">{t("loggers.column")}</th>
            <th>{t("loggers.file")}</th>
            <th>{t("loggers.means")}</th>
          </tr>
        </thead>
        <tbody>
          {file.columns.map((column) => (
            <tr key={column.place}>
              <td className="num">{column.place}</td>
              <td>{column.heading}</td>
              <td>
                <NativeSelect
                  size="md"
                  aria-label={`${t("loggers.means")}: ${column.heading}`}
                  value={(choices.columns ? choices.columns[String(column.place)] : column.means) ?? ""}
                  onChange={(event) => onChange(withColumn(file, choices, column.place, event.currentTarget.value))}
                  data={options}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
