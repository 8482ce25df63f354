/** What this bank is: moving test, where it starts, what its orders are worth, how fast it is read. */

import { useTranslation } from "react-i18next";
import type { BankState } from "../api/types";
import { Tone } from "../ui/Tone";
import { shortTime } from "./countdown";
import { startsOnlyAtBank } from "./hindrance";
import css from "./shelving.module.css";
import { listed } from "./words";

export function Facts({ bank }: { bank: BankState }) {
  const { t } = useTranslation();
  const atBank = bank.start === "at_bank" || startsOnlyAtBank(bank);
  return (
    <section className="panel panel-pad" data-testid="facts">
      <h2>{t("shelving.facts.title")}</h2>
      <dl className={css.facts}>
        <dt>{t("shelving.facts.commissioned")}</dt>
        <dd data-testid="commissioned">
          <Commissioned bank={bank} />
        </dd>
        <dt>{t("shelving.facts.start")}</dt>
        <dd>{t(atBank ? "shelving.facts.startAtBank" : "shelving.facts.startRemote")}</dd>
        <dt>{t("shelving.facts.guarantee")}</dt>
        <dd data-testid="guarantee">{t(`shelving.facts.guarantees.${bank.guarantee}`)}</dd>
        {bank.orders.length > 0 && (
          <>
            <dt>{t("shelving.facts.orders")}</dt>
            <dd>{listed(t, bank.orders.map((one) => t(`shelving.facts.order.${one}`)))}</dd>
          </>
        )}
        <dt>{t("shelving.facts.cycle")}</dt>
        <dd data-testid="cycle">
          <Cycle bank={bank} />
        </dd>
      </dl>
    </section>
  );
}

function Commissioned({ bank }: { bank: BankState }) {
  const { t } = useTranslation();
  if (bank.simulated) return <>{t("shelving.facts.simulated")}</>;
  return (
    <Tone tone={bank.commissioned ? "open" : "refused"} icon={bank.commissioned ? "check" : "alert"}>
      {t(bank.commissioned ? "shelving.facts.commissionedYes" : "shelving.facts.commissionedNo")}
    </Tone>
  );
}

/** The measured round beside its budget, as words and as a bar that turns where it is over. */
function Cycle({ bank: { cycle_s, cycle_budget_s } }: { bank: BankState }) {
  const { t } = useTranslation();
  if (cycle_s === null) return <>{t("shelving.facts.cycleNone")}</>;
  const cycle = shortTime(cycle_s);
  if (cycle_budget_s === null) return <>{t("shelving.facts.cycleOnly", { cycle })}</>;
  const budget = shortTime(cycle_budget_s);
  return (
    <>
      {t("shelving.facts.cycleOf", { cycle, budget })}
      <meter
        className={css.cycle}
        min={0}
        high={cycle_budget_s}
        optimum={0}
        max={Math.max(cycle_s, cycle_budget_s * 1.5)}
        value={cycle_s}
        aria-label={t("shelving.facts.cycle")}
      />
    </>
  );
}
