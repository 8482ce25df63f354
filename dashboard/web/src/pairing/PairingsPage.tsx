/** Work lists for pairing a room with tags: how far each is, and a new one. */

import { Button, Progress } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/tags";
import { call, path } from "../api/client";
import { usePlan } from "../api/queries";
import { usePairings } from "../api/tagQueries";
import type { Pairing, PairingHead, Plan } from "../api/types";
import { FloorNav } from "../floor/FloorNav";
import { momentWords } from "../i18n/format";
import { scopeOf, WHOLE } from "../labels/order";
import { ScopeFields } from "../labels/ScopeFields";
import { whoWords } from "../people/who";
import { useRoom } from "../room/RoomChoice";
import { Failure } from "../scan/Failure";
import { Answer, Empty } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import css from "./pairing.module.css";
import { percent } from "./pair";
import { scopeWords } from "./scope";

export function PairingsPage() {
  const { t } = useTranslation();
  const room = useRoom();
  const plan = usePlan(room);
  const pairings = usePairings(room);
  return (
    <div className="page">
      <FloorNav />
      <div>
        <h1>{t("pairing.title")}</h1>
        <p className="muted">{t("pairing.lead")}</p>
      </div>
      <section className="panel panel-pad" data-testid="pairings">
        <Answer of={pairings}>
          {({ pairings: list }) =>
            list.length === 0 ? (
              <Empty>{t("pairing.none")}</Empty>
            ) : (
              <ul className={css.pairings}>
                {list.map((one) => (
                  <Work key={one.id} work={one} />
                ))}
              </ul>
            )
          }
        </Answer>
      </section>
      {plan.data && <Start plan={plan.data} />}
    </div>
  );
}

function Work({ work }: { work: PairingHead }) {
  const { t } = useTranslation();
  const what = scopeWords(t, work);
  const part = percent(work.shelves_done, work.total_shelves);
  return (
    <li data-testid="pairing" data-done={work.done || undefined}>
      <div className={css.grow}>
        <strong>{what}</strong>
        <div className="muted">
          {whoWords(t, work.by)}, {momentWords(work.at)}
        </div>
        <Progress value={part} size="lg" color="teal" aria-label={t("pairing.shelves")} />
        <div>
          {t("common.said", { head: t("pairing.shelves"), words: t("pairing.of", { done: work.shelves_done, all: work.total_shelves }) })}
          {" · "}
          {t("common.said", { head: t("pairing.boxes"), words: t("pairing.of", { done: work.boxes_paired, all: work.boxes_total }) })}
        </div>
      </div>
      {work.done ? (
        <span className="row">
          <Icon name="check" /> {t("pairing.state.done")}
        </span>
      ) : (
        <Link className="link-row" to={`/pairings/${work.id}`} aria-label={t("pairing.goOnOf", { what })} data-testid="pairing-go-on">
          <Icon name="arrowRight" /> {t("pairing.goOn")}
        </Link>
      )}
    </li>
  );
}

function Start({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [scope, setScope] = useState(WHOLE);
  const start = useMutation({
    mutationFn: () => {
      const { room: _, ...within } = scopeOf(plan.room, scope);
      return call<Pairing>("POST", path("rooms", plan.room, "pairings"), { body: within });
    },
    onSuccess: (made) => tell(t("pairing.started", { count: made.total_shelves })),
    onSettled: () => void client.invalidateQueries({ queryKey: ["pairings"] }),
  });
  return (
    <section className="panel panel-pad form" aria-labelledby="pairing-start">
      <h2 id="pairing-start">{t("pairing.start")}</h2>
      <ScopeFields plan={plan} scope={scope} onScope={setScope} />
      <Failure error={start.error} />
      <div>
        <Button leftSection={<Icon name="pair" />} loading={start.isPending} onClick={() => start.mutate()} data-testid="pairing-start">
          {t("pairing.start")}
        </Button>
      </div>
    </section>
  );
}
