/** What the last scan came to, so large that it is read from beside the cart. */

import type { ReactNode } from "react";
import { Icon, type IconName } from "../ui/icons";
import css from "./scan.module.css";
import type { Verdict } from "./sound";

const ICON: Record<Verdict | "idle", IconName> = { ok: "check", unsure: "question", wrong: "alert", idle: "scan" };

export function Outcome({ verdict, head, children, testId = "outcome" }: OutcomeProps) {
  return (
    <div
      className={css.outcome}
      data-verdict={verdict}
      role={verdict === "wrong" ? "alert" : "status"}
      data-testid={testId}
    >
      <Icon name={ICON[verdict]} size={44} />
      <div>
        <strong>{head}</strong>
        {children && <div>{children}</div>}
      </div>
    </div>
  );
}

type OutcomeProps = { verdict: Verdict | "idle"; head: ReactNode; children?: ReactNode; testId?: string };
