import { expect, test } from "vitest";
import type { AntennaNow, ReaderNow } from "../api/types";
import { antennaKey, awayKey, canTell, deskAntenna, deskAntennas, doorNumber, driverKey, firstAntenna, isPoorMatch, lastHeard, meanwhile, readerTone, toldAgo, unplugged } from "./look";

const NOW_MS = Date.parse("2026-03-01T08:00:00Z");
const antenna = (number: number, covers: string, more: Partial<AntennaNow> = {}): AntennaNow => ({
  antenna: number,
  covers,
  side: null,
  connected: null,
  reads_per_s: 0,
  tags: 0,
  noise_dbm: null,
  return_loss_db: null,
  cycle_age_ms: null,
  ...more,
});
const reader = (id: string, antennas: AntennaNow[], more: Partial<ReaderNow> = {}): ReaderNow => ({
  id,
  driver: "rfid.llrp",
  online: true,
  why_offline: null,
  offline_code: null,
  address: "192.0.2.21:5084",
  at: "2026-03-01T07:59:55Z",
  heard_at: "2026-03-01T07:59:55Z",
  region_unconfirmed: false,
  model: null,
  firmware: null,
  region: null,
  temperature_c: null,
  reads_per_s: 0,
  garbled: 0,
  skipped_bytes: 0,
  repeated: 0,
  clock_jumps: 0,
  last_error: null,
  antennas,
  ...more,
});

test("a reader is shown as true only while it and its room are heard", () => {
  expect(readerTone(reader("a", []), true, NOW_MS)).toBe("live");
  expect(readerTone(reader("a", []), false, NOW_MS)).toBe("stale");
  expect(readerTone(reader("a", [], { at: "2026-03-01T07:59:00Z" }), true, NOW_MS)).toBe("stale");
  expect(readerTone(reader("a", [], { at: null }), true, NOW_MS)).toBe("stale");
  expect(readerTone(reader("a", [], { online: false }), true, NOW_MS)).toBe("offline");
});

test("a reader of a silent room is not called away: nobody knows", () => {
  expect(readerTone(reader("a", [], { online: false, offline_code: "room_silent" }), false, NOW_MS)).toBe("stale");
});

test("what the room says of a reader that is away is no word of the reader itself", () => {
  expect(lastHeard(reader("a", [], { online: false, at: "2026-03-01T08:00:00Z", heard_at: null }))).toBeNull();
  const heard_at = "2026-03-01T07:30:00Z";
  expect(lastHeard(reader("a", [], { online: false, at: "2026-03-01T08:00:00Z", heard_at }))).toBe(heard_at);
});

test("what was told long ago is as old as that", () => {
  expect(toldAgo("2026-03-01T07:59:20Z", NOW_MS)).toBe(40);
  expect(toldAgo("2026-03-01T08:00:20Z", NOW_MS)).toBe(0);
  expect(toldAgo(null, NOW_MS)).toBe(0);
});

test("an error of the reader's own is told as one, and what has no code as a failure", () => {
  expect(awayKey("llrp.101")).toBe("reader_error");
  expect(awayKey("not_reached")).toBe("not_reached");
  expect(awayKey(null)).toBe("failed");
});

test("while a reader is away each of its places has its own way round", () => {
  const all = [antenna(1, "R1-B1-C1-L"), antenna(2, "door-2"), antenna(3, "desk"), antenna(4, "R1-B1-C1-R")];
  expect(meanwhile(all)).toEqual(["desk", "door", "shelves"]);
  expect(meanwhile([antenna(1, "R1-B1-C1-L-2")])).toEqual(["shelves"]);
});

test("doors are numbered and nothing else is one", () => {
  expect(["door", "door-3", "desk", "R1"].map(doorNumber)).toEqual([1, 3, null, null]);
});

test("a badly connected antenna is told, one that says nothing is not", () => {
  expect(isPoorMatch(antenna(1, "desk", { return_loss_db: 6 }))).toBe(true);
  expect(isPoorMatch(antenna(1, "desk", { return_loss_db: 14 }))).toBe(false);
  expect(isPoorMatch(antenna(1, "desk"))).toBe(false);
  expect(unplugged([antenna(1, "desk", { connected: false }), antenna(2, "desk")])).toEqual([1]);
});

test("the desk's antenna comes first, and that of a reader that answers before one that is away", () => {
  const shelf = reader("a", [antenna(1, "R1-B1-C1-L")]);
  const away = reader("b", [antenna(2, "desk")], { online: false });
  const here = reader("c", [antenna(3, "desk")]);
  expect(firstAntenna([shelf, away])).toEqual({ reader: "b", antenna: 2 });
  expect(firstAntenna([shelf])).toEqual({ reader: "a", antenna: 1 });
  expect(firstAntenna([])).toBeNull();
  expect(deskAntenna(deskAntennas([shelf, away, here]), null)).toEqual({ reader: "c", antenna: 3, online: true });
  expect(deskAntenna(deskAntennas([shelf, away]), null)?.online).toBe(false);
  expect(deskAntenna(deskAntennas([shelf]), null)).toBeNull();
  expect(driverKey("rfid.r2000")).toBe("r2000");
});

test("a workstation keeps to the desk antenna it chose, also while its reader is away", () => {
  const desks = deskAntennas([
    reader("a/1", [antenna(1, "desk"), antenna(2, "R1-B1-C1-L")]),
    reader("b", [antenna(4, "desk")], { online: false }),
  ]);
  expect(desks.map(antennaKey)).toEqual(["a%2F1/1", "b/4"]);
  expect(deskAntenna(desks, "b/4")).toEqual({ reader: "b", antenna: 4, online: false });
  expect(deskAntenna(desks, "gone/9")?.reader).toBe("a/1");
});

test("only some readers can measure noise or what an antenna gives back", () => {
  const of = (driver: string, more: Partial<AntennaNow> = {}) => reader("a", [antenna(1, "desk", more)], { driver });
  expect([canTell(of("rfid.m100"), "noise_dbm"), canTell(of("rfid.m100"), "return_loss_db")]).toEqual([true, false]);
  expect([canTell(of("rfid.r2000"), "noise_dbm"), canTell(of("rfid.r2000"), "return_loss_db")]).toEqual([false, true]);
  expect(canTell(of("rfid.llrp"), "noise_dbm")).toBe(false);
  expect(canTell(of("rfid.new", { noise_dbm: -70 }), "noise_dbm")).toBe(true);
});
