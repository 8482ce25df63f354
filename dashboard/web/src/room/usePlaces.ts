import { useEffect, useState } from "react";
import type { BankPlan, ColumnState } from "../api/types";
import { type Positions, positionsOf, withPlaces } from "./geometry";

/** Where the columns of a bank stand, with the last known place of those that no longer say. */
export function usePlaces(bank: BankPlan, reported: readonly ColumnState[] | undefined): Positions {
  const [last, remember] = useState<Positions>(new Map());
  useEffect(() => remember((old) => withPlaces(old, reported)), [reported]);
  return positionsOf(bank, reported, last);
}
