/** The readers of a room: whether each answers, what its antennas look at, and what to do when one is away. */

import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { usePlan } from "../api/queries";
import { useReaders } from "../api/tagQueries";
import { languageNow } from "../i18n/format";
import { useRoomOfPath } from "../room/useRoomOfPath";
import { Answer, Empty, Loading } from "../ui/Feedback";
import { useNow } from "../ui/useNow";
import { DevicesNav } from "./DevicesNav";
import { readerTone } from "./look";
import { ReaderPanel } from "./ReaderPanel";
import { useRoomHeard } from "./useRoomHeard";

export function ReadersPage() {
  const { t } = useTranslation();
  const room = useRoomOfPath();
  const readers = useReaders(room);
  const name = usePlan(room).data?.name[languageNow()] ?? room ?? "";
  const heard = useRoomHeard(room);
  const now = useNow();
  if (room === undefined) return <Loading />;
  return (
    <div className="page">
      <DevicesNav room={room} />
      <div>
        <h1>{t("readers.title")}</h1>
        <p className="muted">{t("readers.lead", { room: name })}</p>
      </div>
      <Answer of={readers}>
        {({ readers: list }) =>
          list.length === 0 ? (
            <section className="panel panel-pad">
              <Empty>{t("readers.none")}</Empty>
            </section>
          ) : (
            list.map((reader) => (
              <ReaderPanel key={reader.id} room={room} reader={reader} tone={readerTone(reader, heard, now)} />
            ))
          )
        }
      </Answer>
    </div>
  );
}
