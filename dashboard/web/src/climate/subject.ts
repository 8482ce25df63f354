/** What a chart or its figures are of: a whole zone or one probe. Pure. */

import type { ClimateNow } from "../api/types";

/** `zone:room` or `probe:probe-1`, as it stands in the address of the page. */
export type SubjectKey = string;
export type Subject = { key: SubjectKey; zone: string; probes: string[]; name: { zh: string; en: string }; isZone: boolean };

/** Every zone that has probes, each followed by its probes. */
export function subjectsOf({ zones, probes }: ClimateNow): Subject[] {
  return zones.flatMap((zone) => {
    const here = probes.filter((one) => one.zone === zone.zone);
    if (here.length === 0) return [];
    const own = here.map((probe) => ({ key: `probe:${probe.id}`, zone: zone.zone, probes: [probe.id], name: probe.name, isZone: false }));
    return [{ key: `zone:${zone.zone}`, zone: zone.zone, probes: here.map(({ id }) => id), name: zone.name, isZone: true }, ...own];
  });
}

/** The one that was asked for; else the first probe, whose chart shows lowest and highest. */
export function chosen(subjects: Subject[], key: string | null): Subject | undefined {
  return subjects.find((one) => one.key === key) ?? subjects.find((one) => !one.isZone);
}

const FIRST = ["temperature_c", "humidity_pct"];

/** What the probes of a subject measure; temperature and humidity come first. */
export function quantitiesOf({ probes }: ClimateNow, subject: Subject): string[] {
  const told = probes.filter(({ id }) => subject.probes.includes(id)).flatMap(({ values }) => Object.keys(values));
  const others = [...new Set(told)].filter((one) => !FIRST.includes(one)).sort();
  return [...FIRST, ...others];
}
