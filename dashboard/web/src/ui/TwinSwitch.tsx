/** Chooses between a picture and its table twin. */

import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";

export type Twin = "picture" | "table";

export function TwinSwitch({ value, onChange, testId }: TwinSwitchProps) {
  const { t } = useTranslation();
  const icon = { picture: "map", table: "table" } as const;
  return (
    <SegmentedControl
      aria-label={t("common.view.as")}
      size="md"
      value={value}
      onChange={(next) => onChange(next as Twin)}
      data={(["picture", "table"] as const).map((one) => ({
        value: one,
        label: (
          <span className="twin-label" title={t(`common.view.${one}`)}>
            <Icon name={icon[one]} size={20} />
            <span className="visually-hidden">{t(`common.view.${one}`)}</span>
          </span>
        ),
      }))}
      data-testid={testId}
    />
  );
}

type TwinSwitchProps = { value: Twin; onChange: (value: Twin) => void; testId: string };
