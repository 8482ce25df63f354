/** The card of what was chosen: where it is, the one primary action, and what else can be done. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { StampedLive } from "../api/queries";
import type { Box, Plan } from "../api/types";
import { AddressWords, PlaceWords } from "../boxes/PlaceLine";
import { placeLine, seenDetails } from "../boxes/told";
import { GiveBack } from "../boxes/GiveBack";
import { LockedOut } from "../boxes/LockedOut";
import { HandOver } from "../boxes/HandOver";
import { useMay } from "../people/may";
import { Covers } from "../readers/Covers";
import { Icon } from "../ui/icons";
import { StateBadge } from "../ui/StateBadge";
import { AisleAction } from "./AisleAction";
import css from "./find.module.css";
import { type Goal, subjectOf } from "./goal";

export function BoxCard({ box, fileCode, goal, plan, live }: BoxCardProps) {
  const { t } = useTranslation();
  const may = useMay();
  const file = box.files.find((one) => one.code === fileCode) ?? null;
  const subject = subjectOf(box, fileCode);
  const seen = subject.last_seen;
  const told = placeLine(t, subject.place);
  return (
    <article className={css.card} aria-label={t("find.card")} data-testid="box-card">
      <header className={css.cardHead}>
        <div className="row spread">
          <span className={`code ${css.cardCode}`}>{subject.code}</span>
          <StateBadge state={subject.state} />
        </div>
        <h1 className={css.cardTitle}>{subject.title}</h1>
        {file?.household && (
          <div>
            <strong>{file.household.head}</strong>{" "}
            <span className="muted">
              {file.household.address}
              {file.masked_id && ` · ${file.masked_id}`}
            </span>
          </div>
        )}
        {file && !file.household && file.dwelling && <div className="muted">{file.dwelling.address}</div>}
        {file && (
          <div className="muted">
            {t("find.inBox", { code: box.code })} · {box.title}
          </div>
        )}
      </header>
      <dl className={css.facts}>
        <dt>{t("find.place")}</dt>
        <dd data-testid="place">
          <PlaceWords place={subject.place} />
          {told && (
            <div className={css.told} data-testid="place-told">
              {told}
            </div>
          )}
        </dd>
      </dl>
      <LockedOut box={box} />
      <AisleAction subject={subject} goal={goal} plan={plan} live={live} />
      <dl className={css.facts}>
        {subject.state !== "in_place" && box.home && (
          <>
            <dt>{t("find.home")}</dt>
            <dd>
              <AddressWords address={box.home.address} />
            </dd>
          </>
        )}
        {seen && (
          <>
            <dt>{t("find.lastSeen")}</dt>
            <dd data-testid="last-seen">
              <Covers covers={seen.zone} />
              <div className={css.told}>{seenDetails(t, seen).join(" · ")}</div>
            </dd>
          </>
        )}
      </dl>
      {may("box.move") && (
        <div className={css.secondary}>
          <HandOver box={box} fileCode={fileCode} />
          <GiveBack box={box} fileCode={fileCode} />
        </div>
      )}
      <FilesOfBox box={box} fileCode={fileCode} />
      <Link className="link-row" to={`/boxes/${encodeURIComponent(box.code)}`} data-testid="box-page-link">
        <Icon name="log" /> {t("find.openBox")}
      </Link>
    </article>
  );
}

type BoxCardProps = {
  box: Box;
  fileCode: string | null;
  goal: Goal | null;
  plan: Plan | undefined;
  live: StampedLive | undefined;
};

function FilesOfBox({ box, fileCode }: { box: Box; fileCode: string | null }) {
  const { t } = useTranslation();
  if (box.files.length === 0) return null;
  return (
    <section>
      <h2 className={css.filesHead}>{t("find.files", { count: box.files.length })}</h2>
      <ul className={css.files}>
        {box.files.map((file) => (
          <li key={file.code} data-chosen={file.code === fileCode || undefined}>
            <Link to={`/?${new URLSearchParams({ box: box.code, file: file.code })}`}>
              <div>
                <div>
                  {file.household && <strong>{file.household.head} </strong>}
                  {file.title}
                </div>
                <div className="code muted">{file.code}</div>
              </div>
              <StateBadge state={file.state} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
