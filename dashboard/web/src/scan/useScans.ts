import { useEffect, useRef, useState } from "react";
import { resolveScan } from "../api/tagQueries";
import type { Scan } from "../api/types";
import type { Scanned } from "./ScanField";

/** What a scan means, with what was typed. */
export type Read = Scanned & { found: Scan };

type Taker = {
  onRead: (read: Read) => Promise<void> | void;
  onFail: (error: unknown, text: string) => void;
};

/** Take scans one after the other, however fast they come: each sees what the one before has changed. */
export function useScans(taker: Taker) {
  const [queue, setQueue] = useState<Scanned[]>([]);
  const latest = useRef(taker);
  useEffect(() => {
    latest.current = taker;
  });
  const head = queue[0];
  useEffect(() => {
    if (head === undefined) return;
    void takeOne(head, latest).then(() => setQueue((old) => old.slice(1)));
  }, [head]);
  return { scan: (scanned: Scanned) => setQueue((old) => [...old, scanned]), busy: queue.length > 0 };
}

async function takeOne(scanned: Scanned, latest: { current: Taker }): Promise<void> {
  try {
    const found = await resolveScan(scanned.text);
    await latest.current.onRead({ ...scanned, found });
  } catch (error) {
    latest.current.onFail(error, scanned.text);
  }
}
