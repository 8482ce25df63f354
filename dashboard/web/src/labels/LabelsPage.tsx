/** Labels for a part of the room or a list of things, and the printed plan of its shelves. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { path, query } from "../api/client";
import { usePlan } from "../api/queries";
import type { Plan } from "../api/types";
import { FloorNav } from "../floor/FloorNav";
import { languageNow } from "../i18n/format";
import { useMay } from "../people/may";
import { useRoom } from "../room/RoomChoice";
import { Failure } from "../scan/Failure";
import { Answer } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { Exports } from "./Exports";
import { ManyLabels } from "./LabelForm";
import { fileName, WHOLE } from "./order";
import { ScopeFields } from "./ScopeFields";
import { useDownload } from "./useDownload";

export function LabelsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const room = useRoom();
  const plan = usePlan(room);
  return (
    <div className="page">
      <FloorNav />
      <div>
        <h1>{t("labels.title")}</h1>
        <p className="muted">{t("labels.lead")}</p>
      </div>
      <Answer of={plan}>
        {(data) => (
          <>
            <section className="panel panel-pad form" aria-labelledby="labels-print">
              <h2 id="labels-print">{t("labels.print")}</h2>
              <ManyLabels plan={data} />
            </section>
            <PlanPrint plan={data} />
          </>
        )}
      </Answer>
      {may("export.read") && <Exports room={room} />}
    </div>
  );
}

function PlanPrint({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const [scope, setScope] = useState(WHOLE);
  const { ask, making, error } = useDownload();
  const bank = scope.bank ?? undefined;
  const make = () =>
    void ask(
      "GET",
      `${path("rooms", plan.room, "plan.pdf")}${query({ bank, language: languageNow() })}`,
      fileName("plan", bank ? `${plan.room}-B${bank}` : plan.room, "pdf"),
    );
  return (
    <section className="panel panel-pad form" aria-labelledby="plan-print" data-testid="plan-print">
      <h2 id="plan-print">{t("labels.plan")}</h2>
      <p className="muted">{t("labels.planLong")}</p>
      <ScopeFields plan={plan} scope={scope} onScope={setScope} deepest="bank" />
      <Failure error={error} />
      <div>
        <Button leftSection={<Icon name="map" />} loading={making} onClick={make} data-testid="plan-make">
          {t("labels.planMake")}
        </Button>
      </div>
    </section>
  );
}
