import { useState } from "react";
import type { ReaderNow } from "../api/types";
import { deskAntenna, deskAntennas } from "../readers/look";

const STORED = "stackroom.desk";

/** The desk antenna of this workstation; where a room has several, which of them is remembered here. */
export function useDeskAntenna(room: string | undefined, readers: readonly ReaderNow[]) {
  const stored = `${STORED}.${room ?? ""}`;
  const [last, setLast] = useState<{ stored: string; key: string } | null>(null);
  const chosen = last?.stored === stored ? last.key : localStorage.getItem(stored);
  const all = deskAntennas(readers);
  const choose = (key: string) => {
    localStorage.setItem(stored, key);
    setLast({ stored, key });
  };
  return { all, desk: deskAntenna(all, chosen), choose };
}
