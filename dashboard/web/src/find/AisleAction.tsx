/** The aisle that leads to what was chosen, and why it is that one; or why none does. */

import { useTranslation } from "react-i18next";
import type { StampedLive } from "../api/queries";
import type { Plan } from "../api/types";
import { kindWords } from "../boxes/PlaceLine";
import { useMay } from "../people/may";
import { parseAddress } from "../room/address";
import { aisleOf } from "../room/aislePlace";
import { OpenAisle } from "../room/OpenAisle";
import { type Goal, noteOf, type Subject } from "./goal";

export function AisleAction({ subject, goal, plan, live }: AisleActionProps) {
  const { t } = useTranslation();
  const note = noteOf(subject, goal);
  if (note === "lent") {
    return (
      <p className="muted" data-testid="aisle-note" data-why={note}>
        {t("find.aisle.lent", { where: kindWords(t, subject.place) })}
      </p>
    );
  }
  return (
    <>
      {note && (
        <p className="muted" data-testid="aisle-note" data-why={note}>
          {t(`find.aisle.${note}`)}
        </p>
      )}
      {goal ? (
        <TheAisle subject={subject} address={goal.address} plan={plan} live={live} />
      ) : (
        <p className="muted">{t("find.noHome")}</p>
      )}
    </>
  );
}

type AisleActionProps = { subject: Subject; goal: Goal | null; plan: Plan | undefined; live: StampedLive | undefined };

type TheAisleProps = Omit<AisleActionProps, "goal"> & { address: string };

function TheAisle({ subject, address, plan, live }: TheAisleProps) {
  const { t } = useTranslation();
  const may = useMay();
  const at = parseAddress(address);
  if (!at?.face) return <p className="muted">{t("find.noFace")}</p>;
  if (!plan || at.room !== plan.room) return null;
  const place = aisleOf(plan, address);
  if (!place) return <p className="muted">{t("motion.freeFace")}</p>;
  const key = `${place.bank}/${place.segment}/${place.aisle}`;
  return <OpenAisle key={key} place={place} plan={plan} live={live} mayOpen={may("aisle.open")} purpose={subject.code} />;
}
