/** Writes what the stream tells into what the page holds. Pure. */

import type { StampedLive } from "../api/queries";
import type { BankState, DeviceState, MotionRequest } from "../api/types";

/** A bank as an event brings it: just heard, whatever age its readings had when sent. */
export function withBank(live: StampedLive, bank: BankState, now_ms: number): StampedLive {
  const known = live.banks.find((one) => one.bank === bank.bank);
  if (known && known.boot_id === bank.boot_id && known.version > bank.version) return live;
  const rest = live.banks.filter((one) => one.bank !== bank.bank);
  const banks = [...rest, { ...bank, received_age_s: 0 }].sort((a, b) => a.bank - b.bank);
  return {
    ...live,
    banks,
    at_ms: { ...live.at_ms, [bank.bank]: now_ms },
    link: { alive: true, age_s: 0 },
    link_at_ms: now_ms,
  };
}

export function withDevice(live: StampedLive, device: DeviceState): StampedLive {
  const rest = live.devices.filter((one) => one.device !== device.device);
  return { ...live, devices: [...rest, { ...device, received_age_s: 0 }] };
}

export function withLink(live: StampedLive, link: { alive: boolean }, now_ms: number): StampedLive {
  if (!link.alive) return { ...live, link: { ...live.link, alive: false } };
  return { ...live, link: { alive: true, age_s: 0 }, link_at_ms: now_ms };
}

/** Put a request's newest step at the head of the list, or into its row. */
export function withRequest(list: MotionRequest[], request: MotionRequest): MotionRequest[] {
  const found = list.some((one) => one.id === request.id);
  return found
    ? list.map((one) => (one.id === request.id ? { ...one, ...request } : one))
    : [request, ...list];
}
