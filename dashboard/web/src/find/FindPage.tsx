/** Home: search on one side, the room on the other. Nothing moves on search alone. */

import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { faceQuery, useBox, useLive, usePlan } from "../api/queries";
import type { Checkout, Hit } from "../api/types";
import { useMay } from "../people/may";
import { parseAddress } from "../room/address";
import { RoomView } from "../room/RoomView";
import { useRoom } from "../room/RoomChoice";
import { readView, type View, writeView } from "../room/view";
import { Answer } from "../ui/Feedback";
import { BoxCard } from "./BoxCard";
import css from "./find.module.css";
import { addressOfHit, goalOf, subjectOf } from "./goal";
import { LentNow } from "./LentNow";
import { SearchBox } from "./SearchBox";

export function FindPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay();
  const maySearch = may("search");
  const [params, setParams] = useSearchParams();
  const boxCode = params.get("box");
  const fileCode = params.get("file");
  const box = useBox(maySearch ? boxCode : null);
  const subject = box.data ? subjectOf(box.data, fileCode) : null;
  const goal = subject ? goalOf(subject, box.data?.home?.address ?? null) : null;
  const at = goal ? parseAddress(goal.address) : null;
  const chosenRoom = useRoom();
  const room = at?.room ?? chosenRoom;
  const plan = usePlan(room);
  const live = useLive(may("live.read") ? room : undefined);

  const select = (hit: Hit) => {
    const address = addressOfHit(hit);
    const to = address ? parseAddress(address) : null;
    if (to?.bank && to.column && to.face) {
      const { room, bank, column, face } = to;
      void client.prefetchQuery(faceQuery({ room, bank, column, face }));
    }
    setParams(hit.kind === "file" ? { box: hit.box_code, file: hit.code } : { box: hit.code });
  };
  const chooseLent = ({ kind, code, box_code }: Checkout) =>
    setParams(kind === "file" ? { box: box_code, file: code } : { box: box_code });
  const show = (view: View) =>
    setParams((old) => {
      old.set("at", writeView(view));
      return old;
    });
  return (
    <div className={css.find} data-alone={!maySearch || undefined}>
      {!box.data && (
        <h1 className="visually-hidden">{maySearch ? t("find.title") : t("common.nav.room")}</h1>
      )}
      {maySearch && (
        <div className={css.work}>
          <SearchBox onSelect={select}>
            {boxCode === null ? (
              <>
                <p className={css.start}>{t("find.start")}</p>
                <LentNow onChoose={chooseLent} />
              </>
            ) : (
              <Answer of={box}>
                {(data) => (
                  <BoxCard box={data} fileCode={fileCode} goal={goal} plan={plan.data} live={live.data} />
                )}
              </Answer>
            )}
          </SearchBox>
        </div>
      )}
      <Answer of={plan}>
        {(data) => (
          <RoomView
            plan={data}
            live={live.data}
            view={readView(params.get("at"), at)}
            target={box.data && goal ? { code: box.data.code, address: goal.address } : null}
            onView={show}
            onBox={(code) => setParams({ box: code })}
          />
        )}
      </Answer>
    </div>
  );
}
