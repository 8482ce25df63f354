/** A list of codes or addresses, typed or pasted from a table. */

import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LabelKind } from "../api/types";
import { MOST_LISTED } from "./order";

type ListFieldProps = { kind: LabelKind; text: string; count: number; onText: (text: string) => void };

export function ListField({ kind, text, count, onText }: ListFieldProps) {
  const { t } = useTranslation();
  const tooMany = count > MOST_LISTED;
  return (
    <Textarea
      size="md"
      rows={6}
      label={t("labels.list")}
      description={t(`labels.listHint.${kind}`)}
      error={tooMany && t("labels.listTooLong", { count, most: MOST_LISTED })}
      value={text}
      spellCheck={false}
      onChange={(event) => onText(event.currentTarget.value)}
      inputWrapperOrder={["label", "description", "input", "error"]}
      rightSection={count > 0 && <span className="muted">{count}</span>}
      rightSectionWidth={56}
      data-testid="label-list"
    />
  );
}
