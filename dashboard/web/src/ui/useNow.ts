import { useEffect, useState } from "react";

/** The time now in ms, renewed every so often, for ages that count on. */
export function useNow(every_ms = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}
