/** How a reader looks now, what stops while it is away, and which antenna is badly connected. Pure. */

import type { AntennaNow, ReaderNow } from "../api/types";

export type ReaderTone = "live" | "stale" | "offline";

/** A reader tells at least every ten seconds; after three such silences it is no longer shown as true. */
export const READER_STALE_AFTER_S = 30;
/** Below this an antenna gives back so much of its power that cable or plug is to be looked at. */
const POOR_RETURN_LOSS_DB = 10;

/** Judge how far what a reader told can be trusted. */
export function readerTone(reader: ReaderNow, roomIsHeard: boolean, now_ms: number): ReaderTone {
  if (!reader.online) return reader.offline_code === "room_silent" ? "stale" : "offline";
  if (!roomIsHeard || reader.at === null) return "stale";
  return (now_ms - Date.parse(reader.at)) / 1000 > READER_STALE_AFTER_S ? "stale" : "live";
}

/** The moment of the newest word of a reader itself; what the room says of one that is away is none. */
export function lastHeard({ at, heard_at, online }: ReaderNow): string | null {
  return heard_at ?? (online ? at : null);
}

/** How many seconds ago the room said what is shown of a reader; a clock that runs ahead makes it no younger. */
export function toldAgo(at: string | null, now_ms: number): number {
  return at === null ? 0 : Math.max(0, (now_ms - Date.parse(at)) / 1000);
}

/** The part of a code that is worded: `llrp.101` and the like are errors of the reader's own. */
export function awayKey(code: string | null): string {
  if (code === null || code === "") return "failed";
  return code.startsWith("llrp.") ? "reader_error" : code;
}

export type Meanwhile = "desk" | "door" | "shelves";

/** What is done by hand while a reader is away. */
export function meanwhile(antennas: readonly AntennaNow[]): Meanwhile[] {
  const watched = antennas.map(({ covers }) => coverKind(covers));
  return (["desk", "door", "shelves"] as const).filter((one) => watched.includes(one));
}

export function coverKind(covers: string): Meanwhile {
  if (covers === "desk") return "desk";
  return doorNumber(covers) === null ? "shelves" : "door";
}

/** The number of a door such as `door-2`; the first is 1, and `null` is no door. */
export function doorNumber(covers: string): number | null {
  const found = /^door(?:-(\d+))?$/.exec(covers);
  return found ? Number(found[1] ?? 1) : null;
}

export function isPoorMatch(antenna: AntennaNow): boolean {
  return antenna.return_loss_db !== null && antenna.return_loss_db < POOR_RETURN_LOSS_DB;
}

export type Measured = "noise_dbm" | "return_loss_db";
const TELLING: Record<Measured, string[]> = { noise_dbm: ["m100"], return_loss_db: ["r2000"] };

/** Whether a reader can measure something at its antennas; most protocols have no word for it. */
export function canTell({ driver, antennas }: ReaderNow, what: Measured): boolean {
  return TELLING[what].includes(driverKey(driver)) || antennas.some((one) => one[what] !== null);
}

/** Antennas that say they are not plugged in. */
export function unplugged(antennas: readonly AntennaNow[]): number[] {
  return antennas.filter((one) => one.connected === false).map((one) => one.antenna);
}

/** The driver without its group: `rfid.llrp` is `llrp`. */
export const driverKey = (driver: string) => driver.slice(driver.lastIndexOf(".") + 1);

/** The antenna to begin with: one of the desk, else the first. */
export function firstAntenna(readers: readonly ReaderNow[]): { reader: string; antenna: number } | null {
  const all = readers.flatMap((reader) => reader.antennas.map((one) => ({ reader: reader.id, ...one })));
  const found = all.find((one) => one.covers === "desk") ?? all[0];
  return found ? { reader: found.reader, antenna: found.antenna } : null;
}

export type DeskAntenna = { reader: string; antenna: number; online: boolean };

/** The antennas of all desks, in the order of the room file. */
export function deskAntennas(readers: readonly ReaderNow[]): DeskAntenna[] {
  return readers.flatMap(({ id, online, antennas }) =>
    antennas.filter((one) => one.covers === "desk").map(({ antenna }) => ({ reader: id, antenna, online })),
  );
}

/** The key by which a workstation remembers an antenna. */
export const antennaKey = ({ reader, antenna }: Pick<DeskAntenna, "reader" | "antenna">) => `${encodeURIComponent(reader)}/${antenna}`;

/** The antenna before which things are handed over here: the one chosen, else one of a reader that answers. */
export function deskAntenna(desks: readonly DeskAntenna[], chosen: string | null): DeskAntenna | null {
  return desks.find((one) => antennaKey(one) === chosen) ?? desks.find((one) => one.online) ?? desks[0] ?? null;
}
