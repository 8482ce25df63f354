/** The floor plan to scale: the whole room, or one bank large. */

import { Suspense, useId } from "react";
import { useTranslation } from "react-i18next";
import type { StampedLive } from "../api/queries";
import type { BankPlan, ClimateNow, FaceName, Occupancy, Plan } from "../api/types";
import { figure, languageNow } from "../i18n/format";
import { later } from "../ui/later";
import { useNow } from "../ui/useNow";
import { useSize } from "../ui/useSize";
import { type Fit, fit, frameOf, type Padding } from "./geometry";
import { bankLook } from "./look";
import { MapBank } from "./MapBank";
import css from "./map.module.css";
import { textWidth } from "./textWidth";

const MapZones = later(() => import("../climate/MapZones").then((part) => part.MapZones));

/** How much wider than to scale the columns of one bank may be drawn. */
const WIDEST = 2;

export type Overlay = "none" | "occupancy" | "climate";
export type Chosen = { bank: number; column: number; face: FaceName };

export function RoomMap(props: RoomMapProps) {
  const { plan, live, focus, chosen, overlay } = props;
  const { t } = useTranslation();
  const [watch, size] = useSize();
  const hatch = useId();
  const now = useNow();
  const banks = plan.banks.filter((bank) => focus === null || bank.bank === focus);
  const padding = paddingFor(focus === null ? null : banks[0], props.still ?? false);
  const { k, across, left, top } = fit(frameOf(plan, focus), size, padding, focus === null && !props.still ? 1 : WIDEST);
  return (
    <div ref={watch} className={css.canvas} data-testid="room-map">
      {size.width > 0 && k > 0 && (
        <svg
          width={size.width}
          height={size.height}
          role="group"
          aria-label={t("room.mapLabel", { room: plan.name[languageNow()] })}
        >
          <Hatching id={hatch} />
          <rect
            className={css.floor}
            x={left}
            y={top}
            width={plan.size_mm.x * k}
            height={plan.size_mm.y * across}
            rx={4}
          />
          {banks.map((bank) => (
            <MapBank
              key={bank.bank}
              plan={bank}
              state={live?.banks.find((one) => one.bank === bank.bank)}
              look={bankLook(live, bank.bank, now)}
              counting={plan.counting}
              k={k}
              across={across}
              x={left + bank.at_mm.x * k}
              y={top + bank.at_mm.y * across}
              canvasWidth={size.width}
              hatch={hatch}
              occupancy={overlay === "occupancy" ? props.occupancy : undefined}
              chosen={chosen?.bank === bank.bank ? chosen : null}
              titled={focus === null}
              still={props.still ?? false}
              columnLabel={props.columnLabel}
              onColumn={(column) => props.onColumn(bank.bank, column)}
              onBank={() => props.onBank(bank.bank)}
            />
          ))}
          {overlay === "climate" && props.climate && (
            <Suspense>
              <MapZones plan={plan} climate={props.climate} focus={focus} k={k} across={across} left={left} top={top} />
            </Suspense>
          )}
          {overlay === "climate" && (
            <Probes {...props} k={k} across={across} left={left} top={top} width={size.width} height={size.height} />
          )}
        </svg>
      )}
    </div>
  );
}

/** Room for the plates at the mouth of a bank that is shown large. */
function paddingFor(bank: BankPlan | null | undefined, still: boolean): Padding {
  if (!bank) return { top: still ? 26 : 2, right: 2, bottom: still ? 12 : 2, left: 2 };
  const mouth = 40;
  const back = 8;
  return bank.mouth === "below"
    ? { top: back, right: 10, bottom: mouth, left: 10 }
    : { top: mouth, right: 10, bottom: back, left: 10 };
}

type RoomMapProps = {
  plan: Plan;
  live: StampedLive | undefined;
  occupancy: Occupancy | undefined;
  climate: ClimateNow | undefined;
  overlay: Overlay;
  /** The bank shown large, or `null` for the whole room. */
  focus: number | null;
  chosen: Chosen | null;
  columnLabel: (plan: BankPlan, column: number) => string;
  onColumn: (bank: number, column: number) => void;
  onBank: (bank: number) => void;
  /** Nobody can choose anything on it, so it may be drawn as wide as it is best read. */
  still?: boolean;
};

function Hatching({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width={9} height={9} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={9} height={9} className={css.hatchGround} />
        <line x1={0} y1={0} x2={0} y2={9} className={css.hatchLine} />
      </pattern>
    </defs>
  );
}

type Canvas = Fit & { width: number; height: number };

function Probes({ plan, climate, k, across, left, top, width, height }: RoomMapProps & Canvas) {
  return plan.probes.map((probe) => {
    const now = climate?.probes.find((one) => one.id === probe.id);
    const stale = !now || !now.online || now.judgement === "stale";
    const words = `${figure(now?.temperature_c)} °C · ${figure(now?.humidity_pct, 0)} %`;
    const plate = textWidth(words, 13) + 20;
    const x = Math.min(Math.max(left + probe.plan_mm.x * k - plate / 2, 4), width - plate - 4);
    const y = top + probe.plan_mm.y * across - 13;
    if (y < 0 || y > height - 26) return null;
    const tone = stale ? "stale" : now.judgement === "ok" ? "plain" : "refused";
    return (
      <g key={probe.id} className={css.probe} data-tone={tone} transform={`translate(${x} ${y})`}>
        <title>{probe.name[languageNow()]}</title>
        <rect width={plate} height={26} rx={6} />
        <text x={plate / 2} y={18}>
          {words}
        </text>
      </g>
    );
  });
}
