/** The page of one box: what it is, what is in it, where it has been. */

import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useBox } from "../api/queries";
import type { Box } from "../api/types";
import { LabelButton } from "../labels/LabelButton";
import { useMay } from "../people/may";
import { Answer, Empty } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { later } from "../ui/later";
import { StateBadge } from "../ui/StateBadge";
import css from "./box.module.css";
import { GiveBack } from "./GiveBack";
import { HandOver } from "./HandOver";
import { Homes } from "./Homes";
import { Movements } from "./Movements";
import { LockedOut } from "./LockedOut";
import { PlaceWords } from "./PlaceLine";
import { Tags } from "./Tags";
import { Whereabouts } from "./Whereabouts";

const ExposurePanel = later(() => import("../climate/ExposurePanel").then((part) => part.ExposurePanel));

export function BoxPage() {
  const { code = "" } = useParams();
  const may = useMay();
  const box = useBox(code);
  return (
    <div className="page">
      <Answer of={box}>
        {(data) => (
          <>
            <BoxHead box={data} />
            <div className={css.columns}>
              <div className={css.stack}>
                <Files box={data} />
                <Tags tags={data.tags} epc={data.epc} />
              </div>
              <Movements code={data.code} />
              <Homes code={data.code} />
            </div>
            {may("climate.read") && (
              <Suspense>
                <ExposurePanel code={data.code} />
              </Suspense>
            )}
          </>
        )}
      </Answer>
    </div>
  );
}

function BoxHead({ box }: { box: Box }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <section className="panel panel-pad">
      <div className="row spread">
        <div>
          <div className="row">
            <h1 className="code">{box.code}</h1>
            <StateBadge state={box.state} />
          </div>
          <p className={css.title}>{box.title}</p>
        </div>
        <div className="row">
          <Link className="link-row" to={`/?box=${encodeURIComponent(box.code)}`} data-testid="show-on-map">
            <Icon name="map" /> {t("work.box.showOnMap")}
          </Link>
          {may("box.move") && (
            <>
              <HandOver box={box} fileCode={null} />
              <GiveBack box={box} fileCode={null} />
            </>
          )}
          <LabelButton kind="box" code={box.code} />
        </div>
      </div>
      <LockedOut box={box} />
      <Whereabouts home={box.home} place={box.place} seen={box.last_seen} />
      <p className="muted">
        {t("common.said", { head: t("work.box.thickness"), words: `${box.thickness_mm} mm` })}
      </p>
    </section>
  );
}

function Files({ box }: { box: Box }) {
  const { t } = useTranslation();
  return (
    <section className="panel panel-pad">
      <h2>{t("work.box.files")}</h2>
      {box.files.length === 0 ? (
        <Empty>{t("work.box.noFiles")}</Empty>
      ) : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t("work.box.files")}>
          <table className="table">
            <thead>
              <tr>
                <th>{t("work.box.file")}</th>
                <th>{t("work.box.household")}</th>
                <th className="num">{t("work.box.pages")}</th>
                <th>{t("work.box.state")}</th>
              </tr>
            </thead>
            <tbody>
              {box.files.map((file) => (
                <tr key={file.code}>
                  <td>
                    {file.title}
                    <div className="code nowrap">
                      <Link to={`/files/${encodeURIComponent(file.code)}`}>{file.code}</Link>
                    </div>
                  </td>
                  <td>
                    {file.household?.head}
                    <div className="muted">{file.household?.address ?? file.dwelling?.address}</div>
                  </td>
                  <td className="num">{file.pages ?? "–"}</td>
                  <td>
                    <StateBadge state={file.state} />
                    {file.state !== "in_place" && (
                      <div className="muted">
                        <PlaceWords place={file.place} />
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
