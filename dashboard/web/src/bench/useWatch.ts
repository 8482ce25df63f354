import { useEffect, useState } from "react";
import { watch } from "../api/tagQueries";
import type { AntennaRef } from "../api/types";

/** The room tells for a minute; it is asked again well before that ends. */
const AGAIN_MS = 45_000;

/** Have the room tell what lies before an antenna while it is looked at; say why it does not. */
export function useWatch({ room, reader, antenna }: AntennaRef): unknown {
  const [refused, setRefused] = useState<unknown>(null);
  useEffect(() => {
    let gone = false;
    const ask = () =>
      watch({ room, reader, antenna }).then(
        () => !gone && setRefused(null),
        (error: unknown) => !gone && setRefused(error),
      );
    void ask();
    const timer = setInterval(() => void ask(), AGAIN_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [room, reader, antenna]);
  return refused;
}
