/** What one can do from an alarm of a door: silence its sounder, see what the antennas heard. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/tags";
import { useMay } from "../people/may";
import { Icon } from "../ui/icons";
import css from "./doors.module.css";
import { SounderOf } from "./Sounder";

export function DoorActs({ room, door }: { room: string; door: string }) {
  const { t } = useTranslation();
  const may = useMay();
  if (!may("live.read")) return null;
  return (
    <div className={css.acts}>
      <SounderOf room={room} door={door} testId="alarm-silence" />
      <Link className="link-row" to={`/door/${room}`}>
        <Icon name="door" /> {t("doors.see")}
      </Link>
    </div>
  );
}
