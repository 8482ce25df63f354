import { useRooms } from "../api/queries";
import { languageNow } from "../i18n/format";
import { useMay } from "../people/may";

/** Name rooms by their codes; one that nobody may see, or that is unknown, keeps its code. */
export function useRoomNames(): (code: string) => string {
  const { data } = useRooms(useMay()("room.read"));
  return (code) => data?.rooms.find((one) => one.room === code)?.name[languageNow()] ?? code;
}
