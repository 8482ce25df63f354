/** Where something is, in words and as code together; and where it belongs, if that is elsewhere. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { ItemState, Place } from "../api/types";
import { languageNow, momentWords } from "../i18n/format";
import { addressWords, parseAddress } from "../room/address";
import css from "./place.module.css";
import { sureWords } from "./told";

export function AddressWords({ address }: { address: string }) {
  const parsed = parseAddress(address);
  return (
    <span className={css.address}>
      {parsed && <span className={css.words}>{addressWords(parsed, languageNow())} </span>}
      <span className="code">{address}</span>
    </span>
  );
}

/** The shelf where something belongs, or that it has none. */
export function HomeWords({ address }: { address: string | null }) {
  const { t } = useTranslation();
  return address ? <AddressWords address={address} /> : <>{t("common.place.none")}</>;
}

/** A place in words: with whom, since when, or on which shelf. */
export function PlaceWords({ place, since = true }: { place: Place; since?: boolean }) {
  const { t } = useTranslation();
  const when =
    since && place.since && place.kind !== "home"
      ? t("common.place.since", { when: momentWords(place.since) })
      : null;
  if (place.address && (place.kind === "home" || place.kind === "shelf")) {
    return (
      <>
        <AddressWords address={place.address} /> {when && <span className="muted">{when}</span>}
      </>
    );
  }
  return (
    <>
      {kindWords(t, place)}
      {place.address && (
        <>
          {" "}
          <AddressWords address={place.address} />
        </>
      )}{" "}
      {when && <span className="muted">{when}</span>}
    </>
  );
}

/** The kind of a place in words. */
export function kindWords(t: TFunction, place: Place): string {
  if (place.kind !== "person") return t(`common.place.${place.kind}`);
  return place.person ? t("common.place.person", { person: place.person }) : t("common.place.personUnnamed");
}

/** The line of a result: in place, its home; else where it is and, behind it, its home. */
export function PlaceLine({ place, home, state }: { place: Place; home: string | null; state: ItemState }) {
  const { t } = useTranslation();
  const sure = sureWords(t, place.confidence);
  const told = sure && <span className={css.sure}> · {sure}</span>;
  if (state === "in_place") {
    const address = place.address ?? home;
    return (
      <div className={css.line}>
        {address ? <AddressWords address={address} /> : t("common.place.none")}
        {told}
      </div>
    );
  }
  return (
    <div className={css.line}>
      <PlaceWords place={place} />
      {told}
      {home && (
        <div className={css.home}>
          {t("find.home")}: <AddressWords address={home} />
        </div>
      )}
    </div>
  );
}
