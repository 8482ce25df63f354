/** Writes what the stream tells into what the page holds. Pure. */

import type { StampedLive } from "../api/queries";
import type { BankState, DeviceState, MotionRequest, Pairing, PairingShelf, ReaderNow, RequestStep, RoomState } from "../api/types";

/** A bank as an event brings it; one the broker remembered is as old as the event says. */
export function withBank(live: StampedLive, bank: BankState, now_ms: number): StampedLive {
  const known = live.banks.find((one) => one.bank === bank.bank);
  if (known && known.boot_id === bank.boot_id && known.version > bank.version) return live;
  const rest = live.banks.filter((one) => one.bank !== bank.bank);
  const banks = [...rest, bank].sort((a, b) => a.bank - b.bank);
  const heard_ms = now_ms - (bank.received_age_s ?? 0) * 1000;
  return {
    ...live,
    banks,
    at_ms: { ...live.at_ms, [bank.bank]: heard_ms },
    link_at_ms: Math.max(live.link_at_ms, heard_ms),
  };
}

/** What concerns the whole room; an older word of the same boot changes nothing. */
export function withRoom(live: StampedLive, room: RoomState): StampedLive {
  const known = live.room;
  if (known && known.boot_id === room.boot_id && known.version > room.version) return live;
  return { ...live, room };
}

export function withDevice(live: StampedLive, device: DeviceState): StampedLive {
  const rest = live.devices.filter((one) => one.device !== device.device);
  return { ...live, devices: [...rest, device] };
}

export function withLink(live: StampedLive, link: { alive: boolean }, now_ms: number): StampedLive {
  if (!link.alive) return { ...live, link: { ...live.link, alive: false } };
  return { ...live, link: { alive: true, age_s: 0 }, link_at_ms: now_ms };
}

/** Write a request's newest step into its row, if the list holds it. */
export function withRequest(list: MotionRequest[], step: RequestStep): MotionRequest[] {
  const { id, status, code, changed_at } = step;
  return list.map((one) => (one.id === id ? { ...one, status, code, changed_at } : one));
}

/** Write what a reader tells into its row; a reader not listed yet is added. */
export function withReader(list: ReaderNow[], reader: ReaderNow): ReaderNow[] {
  if (!list.some((one) => one.id === reader.id)) return [...list, reader];
  return list.map((one) => (one.id === reader.id ? { ...one, ...reader } : one));
}

/** Write how far a shelf is into its work list, and count the list again. */
export function withShelf(list: Pairing, shelf: Pick<PairingShelf, "address"> & Partial<PairingShelf>): Pairing {
  const shelves = list.shelves.map((one) => (one.address === shelf.address ? { ...one, ...shelf } : one));
  const shelves_done = shelves.filter((one) => one.status === "done").length;
  const sum = (of: "boxes" | "paired") => shelves.reduce((all, one) => all + one[of], 0);
  return {
    ...list,
    shelves,
    shelves_done,
    boxes_total: sum("boxes"),
    boxes_paired: sum("paired"),
    done: list.done || shelves_done === shelves.length,
  };
}
