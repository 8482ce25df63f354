/** What is not as it should be: misplaced boxes, boxes nobody has seen, tags that belong to nothing. */

import { useTranslation } from "react-i18next";
import { Navigate, useNavigate, useParams } from "react-router";
import "../i18n/tags";
import { useMisplaced, useUnplaced } from "../api/tagQueries";
import { FloorNav } from "../floor/FloorNav";
import { useRoom } from "../room/RoomChoice";
import { Tabs } from "../ui/Tabs";
import { Astray } from "./Astray";
import { UnknownTags } from "./UnknownTags";

const LISTS = ["misplaced", "unplaced", "unknown"] as const;
type List = (typeof LISTS)[number];

export function ListsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const room = useRoom();
  const { which = "misplaced" } = useParams();
  if (!LISTS.includes(which as List)) return <Navigate to="/lists" replace />;
  return (
    <div className="page">
      <FloorNav />
      <div>
        <h1>{t("lists.title")}</h1>
        <p className="muted">{t("lists.lead")}</p>
      </div>
      <Tabs
        label={t("lists.show")}
        value={which}
        onChange={(value) => void navigate(`/lists/${value}`, { replace: true })}
        tabs={LISTS.map((value) => ({ value, label: t(`lists.which.${value}`) }))}
        testId="lists-which"
      />
      {which === "misplaced" && <Misplaced room={room} />}
      {which === "unplaced" && <Unplaced room={room} />}
      {which === "unknown" && <UnknownTags room={room} />}
    </div>
  );
}

const Misplaced = ({ room }: { room: string | undefined }) => (
  <Astray room={room} name="misplaced" list={useMisplaced(room)} />
);

const Unplaced = ({ room }: { room: string | undefined }) => (
  <Astray room={room} name="unplaced" list={useUnplaced(room)} />
);
