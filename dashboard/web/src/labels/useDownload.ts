import { useEffect, useRef, useState } from "react";
import { download } from "../api/client";

/** Have a file made and kept; going away or `stop` ends the making. */
export function useDownload() {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const ask = async (method: string, path: string, name: string, body?: unknown) => {
    const abort = new AbortController();
    running.current = abort;
    setMaking(true);
    setMade(null);
    setError(null);
    try {
      await download(method, path, name, { signal: abort.signal, ...(body !== undefined && { body }) });
      setMade(name);
    } catch (problem) {
      if (!abort.signal.aborted) setError(problem);
    }
    setMaking(false);
  };
  return { ask, stop: () => running.current?.abort(), making, made, error };
}
