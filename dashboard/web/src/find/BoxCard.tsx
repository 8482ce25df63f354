/** The card of what was chosen: where it is, the one primary action, and what else can be done. */

import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { StampedLive } from "../api/queries";
import type { Box, Plan } from "../api/types";
import { AddressWords, PlaceWords } from "../boxes/PlaceLine";
import { GiveBack } from "../boxes/GiveBack";
import { LockedOut } from "../boxes/LockedOut";
import { HandOver } from "../boxes/HandOver";
import { agoOf } from "../i18n/format";
import { useMay } from "../people/may";
import { parseAddress } from "../room/address";
import { OpenAisle } from "../room/OpenAisle";
import { Icon } from "../ui/icons";
import { StateBadge } from "../ui/StateBadge";
import css from "./find.module.css";

export function BoxCard({ box, fileCode, plan, live }: BoxCardProps) {
  const { t } = useTranslation();
  const may = useMay();
  const file = box.files.find((one) => one.code === fileCode) ?? null;
  const subject = file ?? box;
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
        </dd>
        {subject.state !== "in_place" && box.home && (
          <>
            <dt>{t("find.home")}</dt>
            <dd>
              <AddressWords address={box.home.address} />
            </dd>
          </>
        )}
        {box.last_seen && (
          <>
            <dt>{t("find.lastSeen")}</dt>
            <dd>
              <SeenWords seen={box.last_seen} />
            </dd>
          </>
        )}
      </dl>
      <LockedOut box={box} />
      <AisleAction box={box} plan={plan} live={live} mayOpen={may("aisle.open")} />
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
  plan: Plan | undefined;
  live: StampedLive | undefined;
};

function SeenWords({ seen }: { seen: NonNullable<Box["last_seen"]> }) {
  const { t } = useTranslation();
  const zone = seen.zone === "desk" ? t("common.place.desk") : seen.zone;
  const sure = seen.confidence === null ? "" : ` · ${t("find.lastSeenSure", { pct: Math.round(seen.confidence * 100) })}`;
  return (
    <>
      {t("find.lastSeenBy", { zone, by: seen.by, age: agoOf(t, seen.at) })}
      {sure}
    </>
  );
}

/** Where the aisle to open is: before the shelf it stands on, else before its home. */
function AisleAction({ box, plan, live, mayOpen }: Omit<BoxCardProps, "fileCode"> & { mayOpen: boolean }) {
  const { t } = useTranslation();
  if (!box.home) return <p className="muted">{t("find.noHome")}</p>;
  const address = parseAddress(box.home.address);
  const bank = plan?.banks.find((one) => one.bank === address?.bank);
  const face = bank?.faces.find((one) => one.column === address?.column && one.face === address?.face);
  if (!plan || !address || !bank || !face || plan.room !== address.room) return null;
  if (!face.aisle) return <p className="muted">{t("motion.freeFace")}</p>;
  const place = { room: plan.room, bank: bank.bank, ...face.aisle };
  return <OpenAisle place={place} plan={plan} live={live} mayOpen={mayOpen} purpose={box.code} />;
}

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
