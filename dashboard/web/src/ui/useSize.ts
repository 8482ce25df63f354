import { useCallback, useRef, useState } from "react";

/** Measure an element as it changes; a picture is drawn for the room it really has. */
export function useSize(): [(node: HTMLElement | null) => void, { width: number; height: number }] {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const watcher = useRef<ResizeObserver | null>(null);
  const watch = useCallback((node: HTMLElement | null) => {
    watcher.current?.disconnect();
    if (!node) return;
    watcher.current = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    });
    watcher.current.observe(node);
  }, []);
  return [watch, size];
}
