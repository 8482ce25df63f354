/** How much of a list has been done while it was open. */

import { Progress as Bar } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./lists.module.css";
import { type Opened, progress, seen } from "./progress";

const NONE: Opened = new Set();

export function ListProgress({ keys }: { keys: readonly string[] }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(NONE);
  const now = keys.join("\n");
  useEffect(() => setOpened((old) => seen(old, now === "" ? [] : now.split("\n"))), [now]);
  const { done, all } = progress(opened, keys);
  if (done === 0) return null;
  return (
    <div className={css.progress} role="status" data-testid="list-progress" data-done={done}>
      <span>{t("lists.done", { done, all })}</span>
      <Bar value={(100 * done) / all} size="lg" color="teal" aria-label={t("lists.progress")} />
    </div>
  );
}
