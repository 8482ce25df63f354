/** The face of the chosen column: its address, its other side, the picture or its table twin. */

import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFace } from "../api/queries";
import type { Box, FaceName, Plan } from "../api/types";
import { languageNow } from "../i18n/format";
import { Answer, Empty } from "../ui/Feedback";
import { TwinSwitch } from "../ui/TwinSwitch";
import { addressWords, parseAddress, printAddress } from "./address";
import { FaceElevation, type SlotTarget } from "./FaceElevation";
import { FaceTable } from "./FaceTable";
import css from "./room.module.css";
import type { Chosen } from "./view";

export function FacePanel({ plan, chosen, targetBox, onFace, onBox }: FacePanelProps) {
  const { t } = useTranslation();
  const [twin, setTwin] = useState<"picture" | "table">("picture");
  const content = useFace({ room: plan.room, ...chosen });
  const bank = plan.banks.find((one) => one.bank === chosen.bank);
  const face = bank?.faces.find((one) => one.column === chosen.column && one.face === chosen.face);
  const target = slotTarget(plan.room, chosen, targetBox);
  const address = { room: plan.room, ...chosen, ...(target && { section: target.section, shelf: target.shelf }) };
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

type FacePanelProps = {
  plan: Plan;
  chosen: Chosen;
  targetBox: Box | null;
  onFace: (face: FaceName) => void;
  onBox: (code: string) => void;
};

/** Where on this face the chosen box belongs; `null` if it belongs elsewhere. */
function slotTarget(room: string, chosen: Chosen, box: Box | null): SlotTarget | null {
  const home = box?.home ? parseAddress(box.home.address) : null;
  if (!box || !home?.section || !home.shelf || home.room !== room) return null;
  const here = home.bank === chosen.bank && home.column === chosen.column && home.face === chosen.face;
  return here ? { section: home.section, shelf: home.shelf, code: box.code } : null;
}
