/** The tag bench: what is on an antenna now, and what can be done with a tag on it. */

import { NativeSelect } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import "../i18n/tags";
import { useBench, useReaders } from "../api/tagQueries";
import type { AntennaRef, ReaderNow } from "../api/types";
import { useMay } from "../people/may";
import { coversWords } from "../readers/Covers";
import { DevicesNav } from "../readers/DevicesNav";
import { firstAntenna } from "../readers/look";
import { useRoomHeard } from "../readers/useRoomHeard";
import { useRoomOfPath } from "../room/useRoomOfPath";
import { Answer, Empty, Loading } from "../ui/Feedback";
import css from "./bench.module.css";
import { TagsHere } from "./TagsHere";
import { TagWork } from "./TagWork";
import { useWatch } from "./useWatch";

export function BenchPage() {
  const { t } = useTranslation();
  const room = useRoomOfPath();
  const readers = useReaders(room);
  if (room === undefined) return <Loading />;
  return (
    <div className="page">
      <DevicesNav room={room} />
      <div>
        <h1>{t("bench.title")}</h1>
        <p className="muted">{t("bench.lead")}</p>
      </div>
      <Answer of={readers}>{({ readers: list }) => <Bench room={room} readers={list} />}</Answer>
    </div>
  );
}

function Bench({ room, readers }: { room: string; readers: ReaderNow[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { reader, antenna } = useParams();
  const asked = reader === undefined ? firstAntenna(readers) : { reader, antenna: Number(antenna ?? 1) };
  const known = readers.find((one) => one.id === asked?.reader)?.antennas.find((one) => one.antenna === asked?.antenna);
  const away = readers.find((one) => one.id === asked?.reader && !one.online && one.offline_code !== "room_silent");
  if (!asked) {
    return (
      <>
        <Empty>{t("bench.noAntenna")}</Empty>
        <TagWork at={null} tags={[]} chosen={null} onChoose={() => undefined} />
      </>
    );
  }
  const options = readers.flatMap((one) =>
    one.antennas.map((each) => ({
      value: `${encodeURIComponent(one.id)}/${each.antenna}`,
      label: t("bench.antennaOf", { reader: one.id, antenna: each.antenna, covers: coversWords(t, each) }),
    })),
  );
  return (
    <>
      <NativeSelect
        size="md"
        maw={640}
        label={t("bench.choose")}
        value={`${encodeURIComponent(asked.reader)}/${asked.antenna}`}
        onChange={(event) => void navigate(`/bench/${room}/${event.currentTarget.value}`)}
        data={options}
        data-testid="bench-antenna"
      />
      {known && !away ? (
        <AntennaBench key={`${asked.reader}/${asked.antenna}`} at={{ room, ...asked }} />
      ) : (
        <Empty>{known && away ? t("bench.away", { reader: away.id }) : t("bench.noSuch")}</Empty>
      )}
    </>
  );
}

function AntennaBench({ at }: { at: AntennaRef }) {
  const may = useMay();
  const heard = useRoomHeard(at.room);
  const refused = useWatch(at);
  const bench = useBench(at);
  const [wanted, choose] = useState<string | null>(null);
  const tags = bench.data?.tags ?? [];
  const only = tags.length === 1 ? (tags[0]?.epc ?? null) : null;
  const chosen = wanted ?? only;
  useEffect(() => {
    if (tags.length === 0) choose(null);
  }, [tags.length]);
  return (
    <div className={css.columns}>
      <Answer of={bench}>
        {(data) => <TagsHere bench={data} heard={heard} refused={refused} chosen={chosen} onChoose={choose} />}
      </Answer>
      {may("tag.write") && <TagWork at={at} tags={tags} chosen={chosen} onChoose={choose} />}
    </div>
  );
}
