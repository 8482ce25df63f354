/** How labels are printed: PDF or label printer, size, resolution, places of the sheet that are used. */

import { NativeSelect, Radio, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DPIS, type Dpi, type LabelOrder } from "../api/types";
import { sayIf } from "../i18n/say";
import { FORMATS, type Format, mostSkipped, SIZES } from "./order";

export type Output = { format: Format; size: string; dpi: Dpi; skip: string; language: LabelOrder["language"] };
export const USUAL_OUTPUT: Omit<Output, "language"> = { format: "pdf", size: "60x40", dpi: 203, skip: "" };

type OutputFieldsProps = { output: Output; onOutput: (output: Output) => void };

export function OutputFields({ output, onOutput }: OutputFieldsProps) {
  const { t } = useTranslation();
  const { format, size, dpi, skip, language } = output;
  const change = (part: Partial<Output>) => onOutput({ ...output, ...part });
  const chooseFormat = (next: Format) =>
    change({ format: next, ...(!SIZES[next].includes(size) && { size: SIZES[next][0] ?? "60x40" }) });
  const most = mostSkipped(size);
  return (
    <>
      <Radio.Group label={t("labels.format")} value={format} onChange={(value) => chooseFormat(value as Format)}>
        {FORMATS.map((one) => (
          <Radio key={one} size="md" my={10} value={one} label={t(`labels.formats.${one}`)} data-testid={`label-${one}`} />
        ))}
      </Radio.Group>
      <div className="row">
        <NativeSelect
          size="md"
          label={t("labels.size")}
          value={size}
          onChange={(event) => change({ size: event.currentTarget.value })}
          data={SIZES[format].map((one) => ({ value: one, label: sayIf(t, "labels.sizes", one) ?? one }))}
          data-testid="label-size"
        />
        {format === "zpl" && (
          <NativeSelect
            size="md"
            label={t("labels.dpi")}
            value={String(dpi)}
            onChange={(event) => change({ dpi: Number(event.currentTarget.value) as Dpi })}
            data={DPIS.map((one) => ({ value: String(one), label: t("labels.dpiOf", { dpi: one }) }))}
            data-testid="label-dpi"
          />
        )}
        {most > 0 && (
          <TextInput
            size="md"
            type="number"
            inputMode="numeric"
            label={t("labels.skip", { count: most + 1 })}
            min={0}
            max={most}
            step={1}
            value={skip}
            onChange={(event) => change({ skip: event.currentTarget.value })}
            data-testid="label-skip"
          />
        )}
        <NativeSelect
          size="md"
          label={t("labels.language")}
          value={language}
          onChange={(event) => change({ language: event.currentTarget.value as Output["language"] })}
          data={(["zh", "en"] as const).map((one) => ({ value: one, label: t(`common.language.${one}`) }))}
        />
      </div>
    </>
  );
}
