/** Which zone of which room keeps which limits; other ones are chosen with a reason. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/climate";
import type { Limits, NamedZone } from "../air/types";
import { call, path } from "../api/client";
import { AirProblem } from "../climate/AirProblem";
import { exactMoment, languageNow } from "../i18n/format";
import { useMay } from "../people/may";
import { useRoomNames } from "../room/useRoomNames";
import { Dialog } from "../ui/Dialog";
import { useTell } from "../ui/Tell";
import { choosable } from "./rules";

export function ChooseLimits({ limits }: { limits: Limits }) {
  const { t } = useTranslation();
  const may = useMay()("climate.manage");
  const roomName = useRoomNames();
  const [choosing, setChoosing] = useState<NamedZone | null>(null);
  const nameOf = (id: string | null) => limits.profiles.find((one) => one.id === id)?.profile.name[languageNow()] ?? t("calibration.outside");
  return (
    <section className="panel panel-pad">
      <h2>{t("calibration.chooseTitle")}</h2>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("calibration.chooseTitle")}>
        <table className="table" data-testid="zone-limits">
          <thead>
            <tr>
              <th>{t("calibration.zone")}</th>
              <th>{t("calibration.limits")}</th>
              <th>{t("calibration.reason")}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {limits.zones.map((zone) => (
              <tr key={`${zone.room} ${zone.zone}`}>
                <td>
                  {roomName(zone.room)} · {zone.name[languageNow()]}
                </td>
                <td>
                  {nameOf(zone.profile)} {zone.version !== null && <span className="muted">v{zone.version}</span>}
                  {zone.flawed && <p>{t("limits.flawedZone", { id: zone.flawed })}</p>}
                </td>
                <td>
                  {zone.choice
                    ? t("calibration.chosenBy", { when: exactMoment(zone.choice.at), reason: zone.choice.reason })
                    : zone.profile && t("calibration.fromFile")}
                </td>
                <td>
                  {may && zone.kind !== "outside" && (
                    <Button variant="default" onClick={() => setChoosing(zone)} data-testid={`choose-${zone.zone}`}>
                      {t("calibration.choose")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {choosing && <Choice limits={limits} zone={choosing} onClose={() => setChoosing(null)} />}
    </section>
  );
}

const SHORTEST = 3;

function Choice({ limits, zone, onClose }: { limits: Limits; zone: NamedZone; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [profile, setProfile] = useState(zone.choice?.profile ?? "");
  const [reason, setReason] = useState("");
  const name = zone.name[languageNow()];
  const choose = useMutation({
    mutationFn: () =>
      call<NamedZone>("PUT", `${path("rooms", zone.room)}/climate/zones/${encodeURIComponent(zone.zone)}/limits`, {
        body: { profile: profile === "" ? null : profile, reason: reason.trim() },
      }),
    onSuccess: () => {
      for (const key of ["limits", "climate", "metrics"]) void client.invalidateQueries({ queryKey: [key] });
      onClose();
      tell(t("calibration.chosen", { zone: name }));
    },
  });
  return (
    <Dialog opened title={t("calibration.chooseFor", { zone: name })} onClose={onClose}>
      <form
        className="form"
        data-testid="choose-limits"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim().length >= SHORTEST) choose.mutate();
        }}
      >
        <p>{t("calibration.chooseLong")}</p>
        <NativeSelect
          size="md"
          label={t("calibration.limits")}
          value={profile}
          onChange={(event) => setProfile(event.currentTarget.value)}
          data={[
            { value: "", label: t("calibration.asFile") },
            ...choosable(limits).map((one) => ({ value: one.id, label: one.profile.name[languageNow()] })),
          ]}
          data-testid="choose-profile"
        />
        <TextInput
          label={t("calibration.reason")}
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-testid="choose-reason"
        />
        {choose.error !== null && <AirProblem error={choose.error} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.do.cancel")}
          </Button>
          <Button type="submit" loading={choose.isPending} disabled={reason.trim().length < SHORTEST} data-testid="choose-submit">
            {t("calibration.choose")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
