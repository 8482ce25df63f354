/** What is asked of a replay, as the address of the page keeps it, so that it can be asked again. Pure. */

import type { LimitProfile, Limits } from "../air/types";
import { period } from "../labels/period";
import { BOUNDS } from "../limits/rules";
import { changedProfile, type Typed } from "./counts";

/** What a person chose. No zones are all of the room, no profile is what each zone keeps. */
export type Asked = {
  room: string;
  zones: string[];
  profile: string;
  /** Other bounds for the profile. */
  typed: Typed | null;
  first: string;
  last: string;
  step: "hour" | "raw";
  hysteresis: boolean;
  delays: boolean;
};

/** The same as the controller takes it. */
export type Question = {
  rooms: string[];
  zones: { room: string; zone: string }[];
  profile: string | null;
  limits: LimitProfile | null;
  hysteresis: boolean;
  delays: boolean;
  step: "hour" | "raw";
  from: string;
  to: string;
};

/** How and over which time it was judged, which is what its result is read by. */
export type Judged = Pick<Question, "hysteresis" | "delays" | "from" | "to">;

export function judgedOf({ first, last, hysteresis, delays }: Asked): Judged | null {
  const span = period(first, last);
  return span && { hysteresis, delays, ...span };
}

/** Write what was asked, and which replay answers it, into an address. */
export function writeAsked(asked: Asked, replay?: string): URLSearchParams {
  const params = new URLSearchParams({ room: asked.room, first: asked.first, last: asked.last, step: asked.step });
  for (const zone of asked.zones) params.append("zone", zone);
  if (asked.profile) params.set("profile", asked.profile);
  for (const [quantity, fields] of Object.entries(asked.typed ?? {})) {
    params.append("bounds", [quantity, ...BOUNDS.map((one) => fields[one].trim())].join(":"));
  }
  if (!asked.hysteresis) params.set("hysteresis", "no");
  if (!asked.delays) params.set("delays", "no");
  if (replay) params.set("replay", replay);
  return params;
}

/** Read what was asked out of an address; `null` if nothing was. */
export function readAsked(params: URLSearchParams): Asked | null {
  const [room, first, last] = [params.get("room"), params.get("first"), params.get("last")];
  if (!room || !first || !last) return null;
  const bounds = params.getAll("bounds").map((one) => one.split(":"));
  return {
    room,
    zones: params.getAll("zone"),
    profile: params.get("profile") ?? "",
    typed: bounds.length === 0 ? null : (Object.fromEntries(bounds.map(([quantity = "", ...values]) => [quantity, fieldsOf(values)])) as Typed),
    first,
    last,
    step: params.get("step") === "raw" ? "raw" : "hour",
    hysteresis: params.get("hysteresis") !== "no",
    delays: params.get("delays") !== "no",
  };
}

const fieldsOf = (values: string[]) => Object.fromEntries(BOUNDS.map((one, at) => [one, values[at] ?? ""]));

/** Put it as the controller takes it; `null` if days or bounds are wrong, or the profile is gone. */
export function questionOf(asked: Asked, { profiles }: Pick<Limits, "profiles">): Question | null {
  const span = period(asked.first, asked.last);
  const profile = profiles.find((one) => one.id === asked.profile)?.profile ?? null;
  const changed = profile && asked.typed ? changedProfile(profile, asked.typed) : null;
  if (span === null || (asked.typed !== null && changed === null) || (asked.profile !== "" && profile === null)) return null;
  return {
    rooms: asked.zones.length === 0 ? [asked.room] : [],
    zones: asked.zones.map((zone) => ({ room: asked.room, zone })),
    profile: changed ? null : asked.profile || null,
    limits: changed,
    hysteresis: asked.hysteresis,
    delays: asked.delays,
    step: asked.step,
    ...span,
  };
}
