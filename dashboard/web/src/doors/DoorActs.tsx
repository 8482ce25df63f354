/** What one can do from an alarm of a door: silence its sounder, see what the antennas heard. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/tags";
import { Failure } from "../scan/Failure";
import { Icon } from "../ui/icons";
import { useSilence } from "./useSilence";

export function DoorActs({ room, door }: { room: string; door: string }) {
  const { t } = useTranslation();
  const silence = useSilence();
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name="mute" />}
        loading={silence.isPending}
        onClick={() => silence.mutate({ room, door })}
        data-testid="alarm-silence"
      >
        {t("doors.silence")}
      </Button>
      <Link className="link-row" to={`/door/${room}`}>
        <Icon name="door" /> {t("doors.see")}
      </Link>
      <Failure error={silence.error} />
    </>
  );
}
