/** The menu of the climate and its alarms, and what its pages share. */

export const air = {
  menu: "Climate and alarms",
  nav: {
    climate: "Climate",
    alarms: "Alarms",
    units: "Units",
    limits: "Limits",
    replay: "Replay of limits",
    load: "Alarm load",
    maintenance: "Maintenance",
    settings: "Who is told",
  },
  stale: "No connection: this is how it stood at {{when}}.",
  wholeRoom: "Whole room",
  notZone: "Whole room, steel and doors",
  unconfirmed: "unconfirmed",
  unconfirmedLong: "Nobody has compared this figure with its source yet.",
  confirmed: "compared with the source",
  source: "Source",
  minutes_one: "{{count}} minute",
  minutes_other: "{{count}} minutes",
  hours_one: "{{count}} hour",
  hours_other: "{{count}} hours",
  days_one: "{{count}} day",
  days_other: "{{count}} days",
};
