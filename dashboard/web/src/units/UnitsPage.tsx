/** Units: for each machine of the air whether it runs, why, and a person's word; and the contacts that hold them. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import "../i18n/air";
import "../i18n/steel";
import { AirNav } from "../air/AirNav";
import { Stale } from "../air/Stale";
import type { RoomUnits } from "../air/types";
import { unitsQuery, useAirNames } from "../air/useAirNames";
import { languageNow } from "../i18n/format";
import { useRoom } from "../room/RoomChoice";
import { Answer, Empty } from "../ui/Feedback";
import { Contacts } from "./Contacts";
import { UnitPanel } from "./UnitPanel";
import css from "./units.module.css";
import type { NameOf } from "./why";

export function UnitsPage() {
  const { t } = useTranslation();
  const room = useRoom();
  const units = useQuery({ ...unitsQuery(room ?? ""), enabled: room !== undefined, refetchInterval: 15_000 });
  return (
    <div className="page">
      <AirNav />
      <div>
        <h1>{t("units.title")}</h1>
        <p className="muted">{t("units.lead")}</p>
      </div>
      <Stale of={units} />
      <Answer of={units}>{(data) => <Shown data={data} room={room ?? ""} />}</Answer>
    </div>
  );
}

function Shown({ data: { units, contacts }, room }: { data: RoomUnits; room: string }) {
  const { t } = useTranslation();
  const names = useAirNames([room]);
  const nameOf: NameOf = {
    unit: (id) => units.find((one) => one.id === id)?.name[languageNow()] ?? id,
    zone: (zone) => names.zone(room, zone),
  };
  return (
    <>
      {units.length === 0 ? (
        <section className="panel panel-pad">
          <Empty>{t("units.none")}</Empty>
        </section>
      ) : (
        <div className={css.units} data-testid="units">
          {units.map((one) => (
            <UnitPanel key={one.id} unit={one} room={room} nameOf={nameOf} />
          ))}
        </div>
      )}
      <Contacts contacts={contacts} nameOf={nameOf} />
    </>
  );
}
