/** Which part of a box is meant: the whole of it, or one file while the box stays. */

import { Radio } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Box, FileInBox } from "../api/types";
import css from "./box.module.css";

export type Item = { box_code: string } | { file_code: string };

export const itemKey = (item: Item) => ("file_code" in item ? item.file_code : item.box_code);

export function ItemChoice({ box, files, withBox, value, label, onChange }: ItemChoiceProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={label}
      value={itemKey(value)}
      onChange={(code) => onChange(code === box.code ? { box_code: code } : { file_code: code })}
    >
      <div className={css.choice}>
      {withBox && (
        <Radio
          size="md"
          my={10}
          value={box.code}
          label={t("work.handover.wholeBox", { code: box.code })}
          data-testid={`item-${box.code}`}
        />
      )}
      {files.map((file) => (
        <Radio
          key={file.code}
          size="md"
          my={10}
          value={file.code}
          label={
            <>
              {file.household && <strong>{file.household.head} </strong>}
              {file.title} <span className="code muted">{file.code}</span>
            </>
          }
          data-testid={`item-${file.code}`}
        />
      ))}
      </div>
    </Radio.Group>
  );
}

type ItemChoiceProps = {
  box: Box;
  files: FileInBox[];
  withBox: boolean;
  value: Item;
  label: string;
  onChange: (item: Item) => void;
};
