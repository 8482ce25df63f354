/** Certificates of the probes of a room: how they stand, all on record, a new one, a withdrawal. */

import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import "../i18n/air";
import "../i18n/climate";
import { quantityName } from "../air/quantity";
import { Stale } from "../air/Stale";
import { path } from "../api/client";
import { useClimate } from "../api/queries";
import type { ProbeNow } from "../api/types";
import { exactMoment, languageNow } from "../i18n/format";
import { useDownload } from "../labels/useDownload";
import { useMay } from "../people/may";
import { useRoom } from "../room/RoomChoice";
import { Answer, Empty, Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { type Calibration, type CalibrationList, type Due, formula } from "./calibrations";
import { CalibrationForm } from "./CalibrationForm";
import { ClimateNav } from "./ClimateNav";
import { Certificate } from "./ProbeTable";
import { useCalibrations } from "./queries";
import { Withdraw } from "./Withdraw";

export function CalibrationPage() {
  const { t } = useTranslation();
  const room = useRoom();
  return (
    <div className="page">
      <ClimateNav />
      <div>
        <h1>{t("calibration.title")}</h1>
        <p className="muted">{t("calibration.lead")}</p>
      </div>
      {room && <OfRoom room={room} />}
    </div>
  );
}

function OfRoom({ room }: { room: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const list = useCalibrations(room);
  const probes = useClimate(room).data?.probes ?? [];
  const [adding, add] = useDisclosure(false);
  const { ask, making, error } = useDownload();
  return (
    <>
      <Stale of={list} />
      <Answer of={list}>
        {(data) => (
          <>
            <Standings list={data} probes={probes} />
            <section className="panel panel-pad">
              <div className="row spread">
                <h2>{t("calibration.all")}</h2>
                <div className="row">
                  {may("climate.manage") && (
                    <Button onClick={add.open} data-testid="calibration-add">
                      {t("calibration.add")}
                    </Button>
                  )}
                  <Button
                    variant="default"
                    leftSection={<Icon name="download" />}
                    loading={making}
                    onClick={() => void ask("GET", `${path("rooms", room)}/climate/calibrations.csv`, `calibrations-${room}.csv`)}
                  >
                    {t("calibration.csv")}
                  </Button>
                </div>
              </div>
              {error !== null && <Failed error={error} />}
              {data.calibrations.length === 0 ? (
                <Empty>{t("calibration.none")}</Empty>
              ) : (
                <Certificates room={room} list={data.calibrations} probes={probes} />
              )}
            </section>
          </>
        )}
      </Answer>
      <CalibrationForm room={room} probes={probes} opened={adding} onClose={add.close} />
    </>
  );
}

const nameOf = (probes: ProbeNow[], id: string) => probes.find((one) => one.id === id)?.name[languageNow()] ?? id;

function Standings({ list, probes }: { list: CalibrationList; probes: ProbeNow[] }) {
  const { t } = useTranslation();
  const rows = probes.flatMap((probe): { probe: ProbeNow; due: Due | null }[] => {
    const due = list.due.filter((one) => one.probe === probe.id);
    return due.length > 0 ? due.map((one) => ({ probe, due: one })) : [{ probe, due: null }];
  });
  return (
    <section className="panel panel-pad">
      <h2>{t("calibration.standing")}</h2>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("calibration.standing")}>
        <table className="table" data-testid="standings">
          <thead>
            <tr>
              <th>{t("calibration.probe")}</th>
              <th>{t("calibration.quantity")}</th>
              <th>{t("zones.certificate")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ probe, due }) => (
              <tr key={`${probe.id} ${due?.quantity}`}>
                <td>{probe.name[languageNow()]}</td>
                <td>{due ? quantityName(t, due.quantity) : "–"}</td>
                <td>
                  <Certificate due={due} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Certificates({ room, list, probes }: { room: string; list: Calibration[]; probes: ProbeNow[] }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("calibration.all")}>
      <table className="table" data-testid="certificates">
        <thead>
          <tr>
            <th>{t("calibration.probe")}</th>
            <th>{t("calibration.since")}</th>
            <th>{t("calibration.formula")}</th>
            <th>{t("calibration.certificate")}</th>
            <th>{t("calibration.due")}</th>
            <th>{t("calibration.by")}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {list.toReversed().map((one) => (
            <tr key={one.id} data-testid="certificate">
              <td>
                {nameOf(probes, one.probe)}
                <div className="muted">{quantityName(t, one.quantity)}</div>
              </td>
              <td className="nowrap">{exactMoment(one.since)}</td>
              <td className="nowrap">
                {t("calibration.true")} = {formula(one, t("calibration.reading"))}
              </td>
              <td>
                {one.withdrawn ? <s>{one.certificate}</s> : one.certificate}
                <div className="muted">{one.laboratory}</div>
                {one.withdrawn && (
                  <div>
                    <Icon name="noEntry" size={16} />{" "}
                    {t("calibration.withdrawn", { when: exactMoment(one.withdrawn.at), who: one.withdrawn.by, reason: one.withdrawn.reason })}
                  </div>
                )}
              </td>
              <td className="nowrap">{one.due_on ?? "–"}</td>
              <td>{one.by}</td>
              <td>{!one.withdrawn && may("climate.manage") && <Withdraw room={room} calibration={one} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
