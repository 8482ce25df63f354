/** The contacts that hold machines: smoke, water, doors, tanks. One that cannot be read counts as not safe. */

import { useTranslation } from "react-i18next";
import type { AirContact } from "../air/types";
import { momentWords } from "../i18n/format";
import { Empty } from "../ui/Feedback";
import { Tone } from "../ui/Tone";
import type { NameOf } from "./why";

export function Contacts({ contacts, nameOf }: { contacts: AirContact[]; nameOf: NameOf }) {
  const { t } = useTranslation();
  return (
    <section className="panel panel-pad" data-testid="contacts">
      <h2>{t("units.contacts")}</h2>
      <p className="muted">{t("units.contactsLead")}</p>
      {contacts.length === 0 ? (
        <Empty>{t("units.noContacts")}</Empty>
      ) : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t("units.contacts")}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("units.contact")}</th>
                <th scope="col">{t("alarmList.zone")}</th>
                <th scope="col">{t("units.state")}</th>
                <th scope="col">{t("units.when")}</th>
              </tr>
            </thead>
            <tbody>
              {contacts.map((one) => (
                <tr key={`${one.device}/${one.input}`} data-safe={String(one.safe)}>
                  <td>
                    {t(`units.says.${one.says}`)}
                    <div className="muted">{t("units.input", { device: one.device, input: one.input })}</div>
                  </td>
                  <td>{one.unit_id ? nameOf.unit(one.unit_id) : one.zone ? nameOf.zone(one.zone) : t("air.wholeRoom")}</td>
                  <td>
                    <State contact={one} />
                  </td>
                  <td>{one.at ? momentWords(one.at) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function State({ contact: { safe, says } }: { contact: AirContact }) {
  const { t } = useTranslation();
  if (safe === null) {
    return (
      <Tone tone="stale" icon="question">
        {t("units.said.unknown")}
      </Tone>
    );
  }
  if (safe) {
    return (
      <Tone tone="open" icon="check">
        {t("units.said.safe")}
      </Tone>
    );
  }
  return <Tone tone="refused">{t(`units.said.${says}`)}</Tone>;
}
