/** One profile of limits in one of its versions. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { listed } from "../air/list";
import type { LimitsPast } from "../air/types";
import { Unconfirmed } from "../air/Unconfirmed";
import { measured, quantityName } from "../air/quantity";
import { minutesWords } from "../alarms/words";
import { call, path, query } from "../api/client";
import { exactMoment, inSiteTime, languageNow } from "../i18n/format";
import { Answer } from "../ui/Feedback";
import { Tone } from "../ui/Tone";
import { Flawed } from "./Flawed";
import css from "./limits.module.css";
import { BOUNDS, type Rule, rulesOf } from "./rules";

export function Profile({ id }: { id: string }) {
  const [params] = useSearchParams();
  const version = Number(params.get("version")) || undefined;
  const limits = useQuery({
    queryKey: ["limits", id, version],
    queryFn: () => call<LimitsPast>("GET", `${path("climate", "limits", id)}${query({ version })}`),
    staleTime: 60_000,
  });
  return (
    <Answer of={limits}>{(data) => (data.flaws.length > 0 ? <NotApplied limits={data} /> : <Whole limits={data} />)}</Answer>
  );
}

/** Its document may be anything, so nothing of it is drawn but what is wrong. */
function NotApplied({ limits }: { limits: LimitsPast }) {
  return (
    <section className={`panel panel-pad ${css.profile}`} data-testid="limits-profile">
      <Flawed {...limits} />
      <Versions limits={limits} newest={Math.max(...limits.versions.map((one) => one.version))} />
    </section>
  );
}

function Whole({ limits }: { limits: LimitsPast }) {
  const { t } = useTranslation();
  const { profile, version, versions } = limits;
  const newest = Math.max(version, ...versions.map((one) => one.version));
  return (
    <section className={`panel panel-pad ${css.profile}`} data-testid="limits-profile">
      <div className="row">
        <h2>{profile.name[languageNow()]}</h2>
        <Tone tone={version === newest ? "open" : "stale"} icon={version === newest ? "check" : "clock"}>
          {t(version === newest ? "limits.newest" : "limits.older", { version })}
        </Tone>
        {profile.verified ? <Tone tone="plain">{t("air.confirmed")}</Tone> : <Unconfirmed />}
      </div>
      <p className={css.text}>{profile.text[languageNow()]}</p>
      <Rules rules={rulesOf(profile)} />
      {profile.historic_band && <p>{t("limits.historic")}</p>}
      {profile.mould && <p>{t("limits.mould", profile.mould)}</p>}
      <dl className={css.facts}>
        {(["warning", "critical"] as const).map((grade) => (
          <div key={grade}>
            <dt>{t(`limits.grade.${grade}`)}</dt>
            <dd>
              {t("limits.delays", {
                on: minutesWords(t, profile[grade].on_s / 60),
                off: minutesWords(t, profile[grade].off_s / 60),
                hysteresis: listed(
                  Object.entries(profile[grade].hysteresis).map(([quantity, width]) => `${quantityName(t, quantity)} ${measured(width, quantity)}`),
                ),
              })}
            </dd>
          </div>
        ))}
        <div>
          <dt>{t("air.source")}</dt>
          {profile.source.map((one) => (
            <dd key={one}>{one}</dd>
          ))}
        </div>
      </dl>
      <Versions limits={limits} newest={newest} />
    </section>
  );
}

function Rules({ rules }: { rules: Rule[] }) {
  const { t } = useTranslation();
  const month = inSiteTime({ month: "long" });
  const named = (number: number) => month.format(new Date(Date.UTC(2026, number - 1, 15)));
  const kind = (rule: Rule) => {
    if (rule.months) return t("limits.rule.season", { from: named(rule.months[0]), to: named(rule.months[1]) });
    return rule.reading === "half_range" ? t("limits.rule.swing_half") : t(`limits.rule.${rule.kind}`);
  };
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("limits.rules")}>
      <table className="table" data-testid="limits-rules">
        <thead>
          <tr>
            <th scope="col">{t("limits.what")}</th>
            <th scope="col">{t("limits.how")}</th>
            {BOUNDS.map((one) => (
              <th key={one} scope="col" className="num">
                {t(`limits.bound.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.map((rule, index) => (
            <tr key={index}>
              <td>{quantityName(t, rule.quantity)}</td>
              <td>{kind(rule)}</td>
              {BOUNDS.map((one) => (
                <td key={one} className="num">
                  {rule.bounds[one] === undefined ? "–" : measured(rule.bounds[one], rule.quantity)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Versions({ limits: { id, version, versions }, newest }: { limits: LimitsPast; newest: number }) {
  const { t } = useTranslation();
  return (
    <details className={css.versions} open={version !== newest}>
      <summary>{t("limits.versions", { count: versions.length })}</summary>
      <ul>
        {versions.map((one) => (
          <li key={one.version}>
            <Link
              to={`/limits/${encodeURIComponent(id)}?version=${one.version}`}
              aria-current={one.version === version ? "true" : undefined}
            >
              {t("limits.version", { version: one.version })}
            </Link>{" "}
            · {t(`limits.origin.${one.origin}`)} {one.at && `· ${exactMoment(one.at)}`}
          </li>
        ))}
      </ul>
    </details>
  );
}
