/** The zones of the air on the plan: a frame around the banks they cover, with their air in words. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/air";
import "../i18n/climate";
import { listed } from "../air/list";
import type { ClimateNow, Plan } from "../api/types";
import { figure, languageNow } from "../i18n/format";
import { textWidth } from "../room/textWidth";
import { Tone } from "../ui/Tone";
import css from "./mapZones.module.css";
import { banksOf, signOf, toneOf } from "./mapZones";
import type { ZoneNow } from "./types";

type MapZonesProps = { plan: Plan; climate: ClimateNow; focus: number | null; k: number; across: number; left: number; top: number };

export function MapZones({ plan, climate, focus, k, across, left, top }: MapZonesProps) {
  return climate.zones.flatMap((zone) =>
    banksOf(zone, plan)
      .filter((bank) => focus === null || bank === focus)
      .map((bank) => {
        const of = plan.banks.find((one) => one.bank === bank);
        if (!of) return null;
        const words = `${signOf(zone.now)} ${zone.name[languageNow()]} ${airWords(zone)}`;
        const plate = textWidth(words, 13) + 20;
        return (
          <g
            key={`${zone.zone} ${bank}`}
            className={css.zone}
            data-tone={toneOf(zone.now)}
            data-testid={`map-zone-${zone.zone}`}
            transform={`translate(${left + of.at_mm.x * k} ${top + of.at_mm.y * across})`}
          >
            <rect className={css.frame} width={of.width_mm * k} height={of.column_depth_mm * across} rx={4} />
            <g transform={`translate(${Math.max(4, of.width_mm * k - plate - 4)} 4)`}>
              <rect className={css.plate} width={plate} height={26} rx={6} />
              <text x={plate / 2} y={18}>
                {words}
              </text>
            </g>
          </g>
        );
      }),
  );
}

const airWords = ({ now }: ZoneNow) => `${figure(now.temperature_c)} °C · ${figure(now.humidity_pct, 0)} %`;

/** The table twin of the climate on the plan. */
export function ZoneTable({ plan, climate }: { plan: Plan; climate: ClimateNow }) {
  const { t } = useTranslation();
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={t("zones.zones")}>
      <table className="table" data-testid="zone-table">
        <thead>
          <tr>
            <th>{t("zones.zone")}</th>
            <th>{t("zones.value")}</th>
            <th>{t("zones.state")}</th>
            <th>{t("zones.probes")}</th>
          </tr>
        </thead>
        <tbody>
          {climate.zones.map((zone) => (
            <tr key={zone.zone}>
              <th scope="row">
                {zone.name[languageNow()]}
                <div className="muted">
                  {banksOf(zone, plan).length > 0
                    ? listed(banksOf(zone, plan).map((bank) => t("room.bank", { bank })))
                    : t(`zones.kind.${zone.kind}`)}
                </div>
              </th>
              <td>{airWords(zone)}</td>
              <td>
                <Tone tone={toneOf(zone.now)}>
                  {zone.now.probes_used === 0 ? t("zones.unused") : t(`work.climate.judgement.${zone.now.judgement}`)}
                </Tone>
              </td>
              <td>
                {climate.probes
                  .filter((one) => one.zone === zone.zone)
                  .map((probe) => (
                    <div key={probe.id}>
                      <Link to={`/climate?of=probe:${probe.id}`}>{probe.name[languageNow()]}</Link>{" "}
                      {figure(probe.temperature_c)} °C · {figure(probe.humidity_pct, 0)} %
                    </div>
                  ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
