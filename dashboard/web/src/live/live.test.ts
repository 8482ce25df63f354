import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { keys, stamped, type StampedLive } from "../api/queries";
import { tagKeys } from "../api/tagQueries";
import type { BankState, Bench, MotionRequest, Pairing, PairingShelf, ReaderNow } from "../api/types";
import { ageOf } from "./age";
import { take } from "./LiveProvider";
import { withBank, withLink, withRequest, withShelf } from "./patch";

const BANK = { bank: 1, boot_id: "a", version: 5, received_age_s: 0, segments: [], columns: [] } as unknown as BankState;
const live = () => stamped({ link: { alive: true, age_s: 4 }, banks: [BANK], devices: [] });

test("a newer snapshot takes the place of the older", () => {
  const next = withBank(live(), { ...BANK, version: 6, online: false }, 5000);
  expect(next.banks).toHaveLength(1);
  expect(next.banks[0]).toMatchObject({ version: 6, online: false });
});

test("an older snapshot of the same boot changes nothing", () => {
  const before = live();
  expect(withBank(before, { ...BANK, version: 4 }, 5000)).toBe(before);
});

test("after a restart of the room a lower version is newer", () => {
  const next = withBank(live(), { ...BANK, boot_id: "b", version: 1 }, 5000);
  expect(next.banks[0]).toMatchObject({ boot_id: "b", version: 1 });
});

test("a snapshot the broker remembered is as old as it says, not new", () => {
  const next = withBank(live(), { ...BANK, version: 6, received_age_s: 60 }, 100_000);
  expect(next.at_ms[1]).toBe(40_000);
});

test("a room that went away is no longer alive", () => {
  expect(withLink(live(), { alive: false }, 5000).link.alive).toBe(false);
});

test("a step of a request goes into its row and leaves the others alone", () => {
  const rows = [{ id: "1", status: "accepted" }, { id: "2", status: "done" }] as MotionRequest[];
  const next = withRequest(rows, { id: "1", status: "refused", code: "fire", changed_at: "x" });
  expect(next.map((row) => [row.status, row.code])).toEqual([
    ["refused", "fire"],
    ["done", undefined],
  ]);
});

test("a bank event reaches its own room's picture only", () => {
  const client = new QueryClient();
  client.setQueryData(keys.live("R1"), live());
  client.setQueryData(keys.live("R2"), live());
  take(client, "bank", { ...BANK, room: "R1", version: 9 });
  expect(client.getQueryData<StampedLive>(keys.live("R1"))?.banks[0]?.version).toBe(9);
  expect(client.getQueryData<StampedLive>(keys.live("R2"))?.banks[0]?.version).toBe(5);
});

const AT = { room: "R1", reader: "reader-1", antenna: 1 };
const READER = { id: "reader-1", online: true, reads_per_s: 3 } as ReaderNow;

test("what lies before an antenna reaches whoever looks at that antenna, and nobody else", () => {
  const client = new QueryClient();
  client.setQueryData(tagKeys.bench(AT), { at: null, tags: [] });
  take(client, "bench", { ...AT, at: "2026-03-01T00:00:00Z", tags: [{ epc: "E2" }] });
  take(client, "bench", { ...AT, antenna: 2, at: null, tags: [] });
  expect(client.getQueryData<Bench>(tagKeys.bench(AT))?.tags).toHaveLength(1);
  expect(client.getQueryState(tagKeys.bench({ ...AT, antenna: 2 }))).toBeUndefined();
});

test("a reader's newest word goes into its row; a new reader gets one", () => {
  const client = new QueryClient();
  client.setQueryData(tagKeys.readers("R1"), { readers: [READER] });
  take(client, "reader", { room: "R1", ...READER, online: false });
  take(client, "reader", { room: "R1", ...READER, id: "reader-2" });
  const list = client.getQueryData<{ readers: ReaderNow[] }>(tagKeys.readers("R1"))?.readers;
  expect(list?.map(({ id, online }) => [id, online])).toEqual([
    ["reader-1", false],
    ["reader-2", true],
  ]);
});

test("a passage by a door has passages and alarms asked again", () => {
  const client = new QueryClient();
  client.setQueryData([...tagKeys.passages("R1"), 50], {});
  take(client, "passage", { room: "R1" });
  expect(client.getQueryState([...tagKeys.passages("R1"), 50])?.isInvalidated).toBe(true);
});

test("a door that sounds or falls silent, and a room that comes or goes, have doors asked again", () => {
  const client = new QueryClient();
  for (const kind of ["door", "link"] as const) {
    client.setQueryData(tagKeys.doors("R1"), {});
    take(client, kind, { room: "R1" });
    expect(client.getQueryState(tagKeys.doors("R1"))?.isInvalidated).toBe(true);
  }
});

test.each(["unit", "unit_decision", "air_contact"] as const)("a change of kind %s has the room's units asked again", (kind) => {
  const client = new QueryClient();
  client.setQueryData(["units", "R1"], {});
  take(client, kind, { room: "R1" });
  expect(client.getQueryState(["units", "R1"])?.isInvalidated).toBe(true);
});

const shelf = (address: string, paired = 0): PairingShelf => ({ address, status: "open", boxes: 4, paired, by: null, since: null });
const WORK = { id: "p1", done: false, shelves: [shelf("R1-B1-C1-L-1-1"), shelf("R1-B1-C1-L-1-2", 2)] } as Pairing;

test("a shelf that went on goes into its row and into the sums; the list is not asked for again", () => {
  const client = new QueryClient();
  client.setQueryData(tagKeys.pairing("p1"), WORK);
  client.setQueryData(tagKeys.shelf("p1", "R1-B1-C1-L-1-2"), {});
  client.setQueryData(tagKeys.pairings("R1"), {});
  const step = { ...shelf("R1-B1-C1-L-1-1", 3), status: "done", by: "Li Min" };
  take(client, "pairing", { id: "p1", room: "R1", shelf: step });
  const list = client.getQueryData<Pairing>(tagKeys.pairing("p1"));
  expect(list?.shelves[0]).toEqual(step);
  expect(list).toMatchObject({ shelves_done: 1, boxes_paired: 5, boxes_total: 8, done: false });
  expect(client.getQueryState(tagKeys.pairing("p1"))?.isInvalidated).toBe(false);
  expect(client.getQueryState(tagKeys.shelf("p1", "R1-B1-C1-L-1-2"))?.isInvalidated).toBe(false);
  expect(client.getQueryState(tagKeys.pairings("R1"))?.isInvalidated).toBe(true);
});

test("a list whose last shelf is done is done", () => {
  const first = withShelf(WORK, { address: "R1-B1-C1-L-1-1", status: "done" });
  expect(first.done).toBe(false);
  expect(withShelf(first, { address: "R1-B1-C1-L-1-2", status: "done" }).done).toBe(true);
});

test("a work list that began or was closed is asked for whole", () => {
  const client = new QueryClient();
  client.setQueryData(tagKeys.pairing("p1"), WORK);
  take(client, "pairing", { id: "p1", room: "R1" });
  expect(client.getQueryState(tagKeys.pairing("p1"))?.isInvalidated).toBe(true);
});

test("resync makes everything be asked again", () => {
  const client = new QueryClient();
  client.setQueryData(keys.box("A"), {});
  take(client, "resync", null);
  expect(client.getQueryState(keys.box("A"))?.isInvalidated).toBe(true);
});

test("an event that says nothing readable is passed over", () => {
  expect(() => take(new QueryClient(), "bank", null)).not.toThrow();
});

test.each([
  [0, "s", 0],
  [89, "s", 89],
  [90, "min", 2],
  [3600, "min", 60],
  [7200, "h", 2],
  [200_000, "d", 2],
  [-5, "s", 0],
])("%d seconds read as one unit", (seconds, unit, count) => {
  expect(ageOf(seconds)).toEqual({ unit, count });
});
