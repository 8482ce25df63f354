/** A row of choices of which one is shown; it breaks into lines where there is no room. */

import { useId } from "react";

export function Tabs({ label, value, tabs, onChange, testId }: TabsProps) {
  const name = useId();
  return (
    <div className="choice-row" role="radiogroup" aria-label={label} data-testid={testId}>
      {tabs.map((tab) => (
        <label key={tab.value}>
          <input
            type="radio"
            name={name}
            value={tab.value}
            checked={tab.value === value}
            onChange={() => onChange(tab.value)}
          />
          <span>{tab.label}</span>
        </label>
      ))}
    </div>
  );
}

type TabsProps = {
  label: string;
  value: string;
  tabs: { value: string; label: string }[];
  onChange: (value: string) => void;
  testId: string;
};
