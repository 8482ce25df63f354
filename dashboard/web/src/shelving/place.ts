/** Names places of the steel the way people do. */

import type { TFunction } from "i18next";
import type { Plan } from "../api/types";
import { where } from "../room/OpenAisle";

type Aisle = { bank: number; segment: number; aisle: number };

/** "bank 2, aisle 3 (between columns 3 and 4)"; without the plan only by its numbers. */
export function aisleWords(t: TFunction, plan: Plan | undefined, at: Aisle): string {
  if (!plan) return t("room.aisleSegment", at);
  return where(t, plan, { room: plan.room, ...at });
}

type Asked = { bank: number | null; segment: number | null; aisle: number | null; column: number | null };

/** Where something was asked for; a bank's only segment need not be named. */
export function placeWords(t: TFunction, { bank, segment, aisle, column }: Asked, plan: Plan | undefined): string {
  if (bank === null || bank === 0) return t("shelving.requests.wholeRoom");
  if (column !== null) return `${t("room.bank", { bank })} ${t("room.column", { column })}`;
  const segments = plan?.banks.find((one) => one.bank === bank)?.segments.length ?? 1;
  if (segment === null || (aisle === null && segments === 1)) return t("room.bank", { bank });
  if (aisle === null) return `${t("room.bank", { bank })} ${t("room.segment", { segment })}`;
  return segments === 1 ? t("room.aisleOf", { bank, aisle }) : t("room.aisleSegment", { bank, segment, aisle });
}
