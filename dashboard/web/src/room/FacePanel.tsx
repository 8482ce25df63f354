/** The face of the chosen column: its address, its other side, the picture or its table twin. */

import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFace } from "../api/queries";
import type { FaceName, Plan } from "../api/types";
import { languageNow } from "../i18n/format";
import { Answer, Empty } from "../ui/Feedback";
import { TwinSwitch } from "../ui/TwinSwitch";
import { type Address, addressWords, parseAddress, printAddress } from "./address";
import { FaceElevation, type SlotTarget } from "./FaceElevation";
import { FaceTable } from "./FaceTable";
import css from "./room.module.css";
import type { Chosen } from "./view";

export function FacePanel({ plan, chosen, target: wanted, onFace, onBox }: FacePanelProps) {
  const { t } = useTranslation();
  const [twin, setTwin] = useState<"picture" | "table">("picture");
  const content = useFace({ room: plan.room, ...chosen });
  const bank = plan.banks.find((one) => one.bank === chosen.bank);
  const face = bank?.faces.find((one) => one.column === chosen.column && one.face === chosen.face);
  const target = slotTarget(plan.room, chosen, wanted);
  const address: Address = { room: plan.room, ...chosen };
  if (target) address.section = target.section;
  if (target && target.shelf !== null) address.shelf = target.shelf;
  const words = addressWords(address, languageNow());
  return (
    <section className={`panel ${css.facePanel}`} aria-label={t("room.faceView.label", { where: words })} data-testid="face-panel">
      <header className={css.bar}>
        <h2 className={css.faceTitle} data-testid="face-address">
          {words} <span className="code muted">{printAddress(address)}</span>
        </h2>
        <span className={css.push} />
        <SegmentedControl
          aria-label={t("room.chooseFace")}
          size="md"
          value={chosen.face}
          onChange={(next) => onFace(next as FaceName)}
          data={(["L", "R"] as const).map((one) => ({ value: one, label: t(`room.faceTitle.${one}`) }))}
          data-testid="face-switch"
        />
        <TwinSwitch value={twin} onChange={setTwin} testId="face-twin" />
      </header>
      {!bank || !face ? (
        <Empty>{t("room.faceView.empty")}</Empty>
      ) : (
        <Answer of={content}>
          {(data) =>
            twin === "picture" ? (
              <FaceElevation
                face={face}
                bank={bank}
                counting={plan.counting}
                content={data}
                target={target}
                label={t("room.faceView.label", { where: words })}
                onChoose={onBox}
              />
            ) : (
              <FaceTable content={data} target={target} onChoose={onBox} />
            )
          }
        </Answer>
      )}
    </section>
  );
}

/** The box that is looked for, and the shelf or the part of a face where it is. */
export type Target = { code: string; address: string };

type FacePanelProps = {
  plan: Plan;
  chosen: Chosen;
  target: Target | null;
  onFace: (face: FaceName) => void;
  onBox: (code: string) => void;
};

/** Where on this face the chosen box is to be looked for; `null` if elsewhere. */
function slotTarget(room: string, chosen: Chosen, target: Target | null): SlotTarget | null {
  const at = target ? parseAddress(target.address) : null;
  if (!target || !at?.section || at.room !== room) return null;
  const here = at.bank === chosen.bank && at.column === chosen.column && at.face === chosen.face;
  return here ? { section: at.section, shelf: at.shelf ?? null, code: target.code } : null;
}
