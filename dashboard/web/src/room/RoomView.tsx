/** The room: the map and, beside or below it, the face or what the banks do now. */

import { Button, SegmentedControl } from "@mantine/core";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type StampedLive, useClimate, useOccupancy } from "../api/queries";
import type { BankPlan, Plan } from "../api/types";
import { languageNow } from "../i18n/format";
import { useMay } from "../people/may";
import { Icon } from "../ui/icons";
import { Loading } from "../ui/Feedback";
import { later } from "../ui/later";
import { TwinSwitch } from "../ui/TwinSwitch";
import { FacePanel, type Target } from "./FacePanel";
import { faceAtLowerEdge } from "./geometry";
import { openAisles } from "./look";
import { Legend, mapMeanings } from "./Legend";
import { type Overlay, RoomMap } from "./RoomMap";
import { RoomNow } from "./RoomNow";
import { RoomTable } from "./RoomTable";
import css from "./room.module.css";
import { useColumnLabel } from "./useColumnLabel";
import { type View, WHOLE_ROOM } from "./view";

const ZoneTable = later(() => import("../climate/MapZones").then((part) => part.ZoneTable));

export function RoomView(props: RoomViewProps) {
  const { plan, live, view, target, onView } = props;
  const { t } = useTranslation();
  const may = useMay();
  const [overlay, setOverlay] = useState<Overlay>("occupancy");
  const [twin, setTwin] = useState<"picture" | "table">("picture");
  const occupancy = useOccupancy(may("room.read") ? plan.room : undefined);
  const climate = useClimate(may("climate.read") ? plan.room : undefined);
  const columnLabel = useColumnLabel(occupancy.data);
  const openColumn = (bank: number, column: number) =>
    onView({ focus: bank, face: { bank, column, face: faceToOpen(plan, live, bank, column) } });
  return (
    <div className={css.room} data-split={view.face ? "face" : "now"}>
      <section className={`panel ${css.mapPanel}`} aria-label={t("room.map")}>
        <header className={css.bar}>
          <h2 className={css.mapTitle}>
            {view.focus === null
              ? plan.name[languageNow()]
              : t("room.bank", { bank: view.focus })}
          </h2>
          {view.focus !== null && (
            <Button
              variant="default"
              px="sm"
              aria-label={t("room.wholeRoom")}
              title={t("room.wholeRoom")}
              onClick={() => onView(WHOLE_ROOM)}
              data-testid="whole-room"
            >
              <Icon name="zoomOut" size={18} />
              <span className={css.wideOnly}>{t("room.wholeRoom")}</span>
            </Button>
          )}
          <span className={css.push} />
          <OverlaySwitch value={overlay} onChange={setOverlay} />
          <TwinSwitch value={twin} onChange={setTwin} testId="map-twin" />
        </header>
        {twin === "table" && overlay === "climate" && climate.data && (
          <Suspense fallback={<Loading />}>
            <ZoneTable plan={plan} climate={climate.data} />
          </Suspense>
        )}
        {twin === "picture" ? (
          <RoomMap
            plan={plan}
            live={live}
            occupancy={occupancy.data}
            climate={climate.data}
            overlay={overlay}
            focus={view.focus}
            chosen={view.face}
            columnLabel={columnLabel}
            onColumn={openColumn}
            onBank={(bank) => onView({ focus: bank, face: null })}
          />
        ) : overlay === "climate" && climate.data ? null : (
          <RoomTable plan={plan} live={live} occupancy={occupancy.data} focus={view.focus} onColumn={openColumn} />
        )}
        {twin === "picture" && view.face === null && <Legend of={mapMeanings(live?.banks ?? [])} />}
      </section>
      {view.face ? (
        <FacePanel
          plan={plan}
          chosen={view.face}
          target={target}
          onFace={(face) => view.face && onView({ focus: view.face.bank, face: { ...view.face, face } })}
          onBox={props.onBox}
        />
      ) : (
        <RoomNow plan={plan} live={live} climate={climate.data} onBank={(bank) => onView({ focus: bank, face: null })} />
      )}
    </div>
  );
}

type RoomViewProps = {
  plan: Plan;
  live: StampedLive | undefined;
  view: View;
  target: Target | null;
  onView: (view: View) => void;
  onBox: (code: string) => void;
};

/** Open the face that the free aisle gives access to; else the one at the lower edge. */
function faceToOpen(plan: Plan, live: StampedLive | undefined, bank: number, column: number) {
  const of = plan.banks.find((one) => one.bank === bank) as BankPlan;
  const faces = of.faces.filter((one) => one.column === column);
  const segments = live?.banks.find((one) => one.bank === bank)?.segments;
  const free = faces.find((one) =>
    segments?.some((s) => s.phase === "open" && s.segment === one.aisle?.segment && openAisles(s).includes(one.aisle.aisle)),
  );
  return free?.face ?? faces[0]?.face ?? faceAtLowerEdge(plan.counting);
}

function OverlaySwitch({ value, onChange }: { value: Overlay; onChange: (value: Overlay) => void }) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      aria-label={t("room.overlay.label")}
      size="md"
      value={value}
      onChange={(next) => onChange(next as Overlay)}
      data={(["none", "occupancy", "climate"] as const).map((one) => ({
        value: one,
        label: t(`room.overlay.${one}`),
      }))}
      data-testid="overlay-switch"
    />
  );
}
