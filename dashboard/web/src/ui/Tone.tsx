/** A short word about a state of the steel or the link, with its icon and colour. */

import type { ReactNode } from "react";
import { Icon, type IconName } from "./icons";
import css from "./badge.module.css";

export type ToneName = "open" | "moving" | "airing" | "refused" | "stale" | "offline" | "plain";

const ICON: Record<ToneName, IconName> = {
  open: "open",
  moving: "arrowRight",
  airing: "airing",
  refused: "alert",
  stale: "clock",
  offline: "offline",
  plain: "check",
};

export function Tone({ tone, icon, children, testId }: ToneProps) {
  return (
    <span className={css.badge} data-tone={tone} data-testid={testId}>
      <Icon name={icon ?? ICON[tone]} size={16} />
      {children}
    </span>
  );
}

type ToneProps = { tone: ToneName; icon?: IconName; children: ReactNode; testId?: string };
