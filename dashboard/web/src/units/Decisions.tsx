/** What was decided about a machine, newest first, each with its reason. Asked for when looked at. */

import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decisions as Answered, Decision, Unit } from "../air/types";
import { call, path, query } from "../api/client";
import { exactMoment, languageNow } from "../i18n/format";
import { Answer, Empty } from "../ui/Feedback";
import { Tone } from "../ui/Tone";
import css from "./units.module.css";
import { behindOf, type NameOf, reasonWords } from "./why";

const FIRST = 20;
const MOST = 1000;

type DecisionsProps = { unit: Unit; room: string; nameOf: NameOf };

export function Decisions({ unit, room, nameOf }: DecisionsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <details className={css.decisions} onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="unit-decisions">
      <summary>{t("units.decisions")}</summary>
      {open && <List unit={unit} room={room} nameOf={nameOf} />}
    </details>
  );
}

function List({ unit, room, nameOf }: DecisionsProps) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(FIRST);
  const decisions = useQuery({
    queryKey: ["units", room, unit.id, "decisions", limit],
    queryFn: () => call<Answered>("GET", `${path("rooms", room, "units", unit.id, "decisions")}${query({ limit })}`),
    placeholderData: keepPreviousData,
  });
  const name = unit.name[languageNow()];
  return (
    <Answer of={decisions}>
      {(data) =>
        data.decisions.length === 0 ? (
          <Empty>{t("units.noDecisions")}</Empty>
        ) : (
          <>
            <div className="scroll-x" tabIndex={0} role="region" aria-label={t("units.decisionsOf", { unit: name })}>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t("units.when")}</th>
                    <th scope="col">{t("units.wanted")}</th>
                    <th scope="col">{t("units.did")}</th>
                    <th scope="col">{t("units.why")}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.decisions.map((one) => (
                    <Row key={one.id} decision={one} nameOf={nameOf} />
                  ))}
                </tbody>
              </table>
            </div>
            {data.more && limit < MOST && (
              <Button variant="default" onClick={() => setLimit(Math.min(MOST, limit * 5))}>
                {t("units.more")}
              </Button>
            )}
          </>
        )
      }
    </Answer>
  );
}

function Row({ decision, nameOf }: { decision: Decision; nameOf: NameOf }) {
  const { t } = useTranslation();
  const { at, wanted, on, why, detail, by } = decision;
  const behind = behindOf(why, detail);
  const did = on === null ? "unknown" : on ? "on" : "off";
  return (
    <tr>
      <td className="nowrap">{exactMoment(at)}</td>
      <td>
        <Tone tone={wanted ? "airing" : "plain"} icon={wanted ? "airing" : "stop"}>
          {t(wanted ? "units.on" : "units.off")}
        </Tone>
      </td>
      <td>{t(`units.is.${did}`)}</td>
      <td>
        {reasonWords(t, why, detail, nameOf)}
        {behind && <div className="muted">{t("units.behind", { reason: reasonWords(t, behind, detail, nameOf) })}</div>}
        {by && why !== "by_hand" && <div className="muted">{by}</div>}
      </td>
    </tr>
  );
}
