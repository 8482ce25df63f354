/** A share as a number with a bar beside it. */

import { figure } from "../i18n/format";
import css from "./air.module.css";

export function Share({ pct }: { pct: number | null }) {
  if (pct === null) return <>–</>;
  return (
    <span className={css.share}>
      <span className={css.shareText}>{figure(pct)} %</span>
      <meter className={css.meter} min={0} max={100} value={pct} aria-hidden="true" />
    </span>
  );
}
