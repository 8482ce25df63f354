import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call, path } from "../api/client";
import { tagKeys } from "../api/tagQueries";
import { useTell } from "../ui/Tell";

/** Switch the sounder of a door off; the alarm itself stays. */
export function useSilence() {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ room, door }: { room: string; door: string }) =>
      call("POST", path("rooms", room, "doors", door, "silence")),
    onSuccess: () => tell(t("doors.silencedNow")),
    onSettled: (_done, _error, { room }) => void client.invalidateQueries({ queryKey: tagKeys.doors(room) }),
  });
}
