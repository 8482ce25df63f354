import { useLive } from "../api/queries";
import { STALE_AFTER_S, sinceMs } from "../live/age";
import { useStreamState } from "../live/LiveProvider";
import { useNow } from "../ui/useNow";

/** Whether the room is heard now; what its readers told before is old when it is not. */
export function useRoomHeard(room: string | undefined): boolean {
  const live = useLive(room);
  const stream = useStreamState();
  const now = useNow();
  if (stream === "down" || !live.data?.link.alive) return false;
  return sinceMs(live.dataUpdatedAt, now) <= STALE_AFTER_S;
}
