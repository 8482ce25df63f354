import { useEffect } from "react";

/** Keep the monitor on where the browser lets a page ask for that. */
export function useKeepAwake(): void {
  useEffect(() => {
    const wake = () => {
      if (document.visibilityState !== "visible") return;
      // Refused, for example on battery: then the screen's own settings decide.
      navigator.wakeLock?.request("screen").catch(() => undefined);
    };
    wake();
    document.addEventListener("visibilitychange", wake);
    return () => document.removeEventListener("visibilitychange", wake);
  }, []);
}
