/** What is looked for among the alarms; the choice stands in the address, so that it can be shared. */

import { Button, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useZones } from "../air/useAirNames";
import { useRooms } from "../api/queries";
import { languageNow } from "../i18n/format";
import { useMay } from "../people/may";
import css from "./alarms.module.css";
import { type Filter, KINDS, STANDINGS } from "./list";
import { kindWords } from "./words";

type FiltersProps = { filter: Filter; all: boolean; onChange: (changes: Record<string, string | undefined>) => void };

export function AlarmFilters({ filter, all, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const rooms = useRooms(useMay()("room.read")).data?.rooms ?? [];
  const onlyRoom = rooms.length === 1 ? rooms[0]?.room : undefined;
  const zones = useZones(filter.room ?? onlyRoom);
  const any = { value: "", label: t("alarmList.any") };
  const states = all ? STANDINGS : STANDINGS.filter((one) => one !== "over");
  return (
    <search className={css.filters} aria-label={t("alarmList.find")}>
      {rooms.length > 1 && (
        <NativeSelect
          size="md"
          label={t("alarmList.room")}
          value={filter.room ?? ""}
          onChange={(event) => onChange({ room: event.currentTarget.value, zone: undefined })}
          data={[any, ...rooms.map((one) => ({ value: one.room, label: one.name[languageNow()] }))]}
          data-testid="filter-room"
        />
      )}
      {zones.length > 0 && (filter.room ?? onlyRoom) !== undefined && (
        <NativeSelect
          size="md"
          label={t("alarmList.zone")}
          value={filter.zone ?? ""}
          onChange={(event) => onChange({ zone: event.currentTarget.value })}
          data={[any, ...zones.map((one) => ({ value: one.zone, label: one.name[languageNow()] }))]}
          data-testid="filter-zone"
        />
      )}
      <NativeSelect
        size="md"
        label={t("alarmList.kind")}
        value={filter.kind ?? ""}
        onChange={(event) => onChange({ kind: event.currentTarget.value })}
        data={[any, ...KINDS.map((one) => ({ value: one, label: kindWords(t, one) }))]}
        data-testid="filter-kind"
      />
      <NativeSelect
        size="md"
        label={t("alarmList.standing")}
        value={filter.standing ?? ""}
        onChange={(event) => onChange({ standing: event.currentTarget.value })}
        data={[any, ...states.map((one) => ({ value: one, label: t(`alarms.state.${one}`) }))]}
        data-testid="filter-standing"
      />
      {Object.values(filter).some((one) => one !== undefined) && (
        <Button
          variant="default"
          onClick={() => onChange({ room: undefined, zone: undefined, kind: undefined, standing: undefined })}
          data-testid="filter-clear"
        >
          {t("alarmList.clear")}
        </Button>
      )}
    </search>
  );
}
