/** The time zone of the site: what happened in the room is told in the room's time, wherever one reads it. */

let zone: string | undefined;

/** Take the zone that the controller names; one this browser does not know leaves the browser's own. */
export function setSiteZone(name: string): void {
  try {
    zone = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    zone = undefined;
  }
}

/** The zone to show times in; the browser's own before the site's is known. */
export function siteZone(): string {
  return zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
