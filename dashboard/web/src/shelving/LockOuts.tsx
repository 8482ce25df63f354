/** Columns that must not move, in whose name and why, and the boxes that nobody can reach meanwhile. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLockOuts } from "../api/steelQueries";
import type { BankPlan, BankState, LockOut, LockOutBoxes } from "../api/types";
import { languageNow, momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { useMe } from "../people/useMe";
import { isPerson } from "../people/who";
import { addressWords, parseAddress } from "../room/address";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import css from "./shelving.module.css";
import { useAsk } from "./useAsk";

type LockOutsProps = {
  room: string;
  plan: BankPlan;
  bank: BankState;
  live: boolean;
  /** The column whose form is open, `0` for a free choice, `null` for none. */
  adding: number | null;
  onAdding: (column: number | null) => void;
};

export function LockOuts({ room, plan, bank, live, adding, onAdding }: LockOutsProps) {
  const { t } = useTranslation();
  const may = useMay()("steel.lock_out");
  const boxes = useLockOuts(room, bank.lock_outs.length > 0);
  return (
    <section className="panel panel-pad" data-testid="lock-outs">
      <div className="row spread">
        <h2>{t("shelving.lockOuts.title")}</h2>
        {may && (
          <Button
            variant="default"
            leftSection={<Icon name="noEntry" />}
            disabled={!live}
            onClick={() => onAdding(0)}
            data-testid="lock-out-open"
          >
            {t("shelving.lockOuts.add")}
          </Button>
        )}
      </div>
      {bank.lock_outs.length === 0 && <p className="empty muted">{t("shelving.lockOuts.none")}</p>}
      <ul className={css.list}>
        {bank.lock_outs.map((one) => (
          <LockOutRow
            key={one.column}
            lockOut={one}
            behind={boxes.data?.lock_outs.find((of) => of.bank === bank.bank && of.column === one.column)}
            room={room}
            bank={bank}
            live={live}
          />
        ))}
      </ul>
      {boxes.error && <Failed error={boxes.error} retry={() => void boxes.refetch()} />}
      <Dialog opened={adding !== null} onClose={() => onAdding(null)} title={t("shelving.lockOuts.add")}>
        {adding !== null && (
          <LockOutForm room={room} plan={plan} bank={bank} column={adding} onDone={() => onAdding(null)} />
        )}
      </Dialog>
    </section>
  );
}

type RowProps = {
  lockOut: LockOut;
  behind: LockOutBoxes | undefined;
  room: string;
  bank: BankState;
  live: boolean;
};

function LockOutRow({ lockOut, behind, room, bank, live }: RowProps) {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay()("steel.lock_out");
  const [lifting, setLifting] = useState(false);
  const { ask, pending, error } = useAsk(room, bank);
  const { column, actor, since, reason } = lockOut;
  const own = isPerson(actor, me);
  return (
    <li className={css.item} data-testid={`lock-out-${column}`}>
      <Icon name="noEntry" size={26} />
      <div className={css.itemWords}>
        <strong>
          {t("room.column", { column })}
          {reason && ` · ${reason}`}
        </strong>
        <span className="muted">{t("shelving.lockOuts.by", { name: actor.name, when: momentWords(since) })}</span>
        {behind && <BoxesBehind behind={behind} />}
        {!own && <span className="muted">{t("shelving.lockOuts.onlyOwner", { name: actor.name })}</span>}
      </div>
      {own && may && (
        <div className={css.itemActs}>
          <Button variant="default" disabled={!live} onClick={() => setLifting(true)} data-testid="lock-out-lift">
            {t("shelving.lockOuts.lift")}
          </Button>
        </div>
      )}
      <Confirm
        opened={lifting}
        title={t("motion.verb.lift_lock_out")}
        words={t("shelving.lockOuts.liftAsk", { column })}
        action={t("shelving.lockOuts.lift")}
        pending={pending}
        error={error}
        onYes={() =>
          ask(
            { verb: "lift_lock_out", column },
            { said: t("shelving.lockOuts.lifted", { column }), onDone: () => setLifting(false) },
          )
        }
        onClose={() => setLifting(false)}
        testId="lift"
      />
    </li>
  );
}

/** What stands on the column, and what cannot be put back there now. */
function BoxesBehind({ behind }: { behind: LockOutBoxes }) {
  const { t } = useTranslation();
  const [shown, show] = useState(false);
  const rest = behind.box_count - behind.boxes.length;
  return (
    <div>
      <span>{t("shelving.lockOuts.boxes", { count: behind.box_count })} </span>
      {behind.boxes.length > 0 && (
        <button type="button" className={css.more} aria-expanded={shown} onClick={() => show(!shown)} data-testid="boxes-behind-toggle">
          {t(shown ? "shelving.lockOuts.hide" : "shelving.lockOuts.show")}
        </button>
      )}
      {behind.lent.length > 0 && (
        <div>
          <span className="muted">{t("shelving.lockOuts.lentTitle")}</span>
          <br />
          {behind.lent.map((one) => t("shelving.lockOuts.lent", { code: one.box_code, person: one.person })).join(" · ")}
        </div>
      )}
      {shown && (
        <ul className={css.boxes} data-testid="boxes-behind" tabIndex={0}>
          {behind.boxes.map((box) => (
            <li key={box.code}>
              <Link to={`/?${new URLSearchParams({ box: box.code })}`} className="code">
                {box.code}
              </Link>{" "}
              {box.title} <span className="muted">{spoken(box.address)}</span>
            </li>
          ))}
          {rest > 0 && <li className="muted">{t("shelving.lockOuts.more", { count: rest })}</li>}
        </ul>
      )}
    </div>
  );
}

function spoken(address: string): string {
  const parsed = parseAddress(address);
  return parsed ? addressWords(parsed, languageNow()) : address;
}

type FormProps = { room: string; plan: BankPlan; bank: BankState; column: number; onDone: () => void };

function LockOutForm({ room, plan, bank, column, onDone }: FormProps) {
  const { t } = useTranslation();
  const taken = new Set([...plan.fixed, ...bank.lock_outs.map((one) => one.column)]);
  const free = Array.from({ length: plan.columns }, (_, index) => index + 1).filter((one) => !taken.has(one));
  const [chosen, choose] = useState(free.includes(column) ? column : (free[0] ?? 0));
  const [reason, setReason] = useState("");
  const { ask, pending, error } = useAsk(room, bank);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(
      { verb: "lock_out", column: chosen, reason: reason.trim() },
      { said: t("shelving.lockOuts.added", { column: chosen }), onDone },
    );
  };
  return (
    <form className="form" onSubmit={submit} data-testid="lock-out-form">
      <NativeSelect
        size="md"
        label={t("shelving.lockOuts.column")}
        value={String(chosen)}
        onChange={(event) => choose(Number(event.currentTarget.value))}
        data={free.map((one) => ({ value: String(one), label: t("room.column", { column: one }) }))}
        data-testid="lock-out-column"
      />
      <TextInput
        label={t("shelving.lockOuts.reason")}
        description={t("shelving.lockOuts.reasonHint")}
        required
        maxLength={200}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-testid="lock-out-reason"
      />
      <p className="muted">{t("shelving.lockOuts.addLong")}</p>
      {error && <Failed error={error} />}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" loading={pending} data-testid="lock-out-yes">
          {t("motion.verb.lock_out")}
        </Button>
      </div>
    </form>
  );
}
