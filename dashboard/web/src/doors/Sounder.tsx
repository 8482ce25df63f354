/** The sounder of a door: whether it sounds, who silenced it, and the button while it does. */

import { Button } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { useDoors } from "../api/tagQueries";
import type { DoorNow } from "../api/types";
import { momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { tagProblem } from "../scan/problem";
import { Icon } from "../ui/icons";
import { silencer, soundOf } from "./sounding";
import { useSilence } from "./useSilence";

type Looks = { onRed?: boolean; testId?: string };

/** That of one door; nothing while the room has not told of it. */
export function SounderOf({ room, door, ...looks }: { room: string; door: string } & Looks) {
  const doors = useDoors(room);
  const found = doors.data?.doors.find((one) => one.door === door);
  return found ? <Sounder room={room} door={found} {...looks} /> : null;
}

export function Sounder({ room, door, onRed = false, testId = "silence" }: { room: string; door: DoorNow } & Looks) {
  const { t } = useTranslation();
  const may = useMay();
  const silence = useSilence();
  const sound = soundOf(door);
  if (sound === "none") return null;
  return (
    <>
      <span data-testid="sound" data-sound={sound} data-door={door.door}>
        {soundWords(t, door)}
        {silence.error && <strong role="alert"> {tagProblem(t, silence.error)}</strong>}
      </span>
      {sound === "sounding" && may("alarm.acknowledge") && (
        <Button
          {...(onRed ? { variant: "white", color: "red.9" } : { variant: "default" })}
          leftSection={<Icon name="mute" />}
          loading={silence.isPending}
          onClick={() => silence.mutate({ room, door: door.door })}
          data-testid={testId}
        >
          {t("doors.silence")}
        </Button>
      )}
    </>
  );
}

function soundWords(t: TFunction, door: DoorNow): string {
  const sound = soundOf(door);
  if (sound !== "silenced" || !door.silenced) return t(`doors.sound.${sound}`);
  const when = momentWords(door.silenced.at);
  const name = silencer(door);
  return name === null ? t("doors.silencedAtBank", { when }) : t("doors.silencedBy", { name, when });
}
