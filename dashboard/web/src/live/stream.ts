/** One EventSource that comes back by itself: the browser's own retry, and ours when it gives up. */

export type StreamState = "connecting" | "open" | "down";
export const KINDS = [
  ...(["bank", "room", "device", "link", "request", "trip", "turn"] as const),
  ...(["alarm", "item", "climate", "resync"] as const),
  ...(["reader", "bench", "door", "passage", "tag", "unknown_tag", "pairing"] as const),
  ...(["unit", "unit_decision", "air_contact"] as const),
] as const;
export type Kind = (typeof KINDS)[number];

type Listener = {
  onState: (state: StreamState) => void;
  /** `body` is what the event says; `again` marks the first opening after a break. */
  onEvent: (kind: Kind, body: unknown) => void;
  onReopened: () => void;
};

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

/** Open the stream; the answer closes it. */
export function openStream(url: string, listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait_ms = FIRST_WAIT_MS;
  let broken = false;

  const connect = () => {
    source = new EventSource(url);
    source.onopen = () => {
      wait_ms = FIRST_WAIT_MS;
      listener.onState("open");
      if (broken) listener.onReopened();
      broken = false;
    };
    source.onerror = () => {
      broken = true;
      listener.onState("down");
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(connect, wait_ms * (0.5 + Math.random()));
      wait_ms = Math.min(LONGEST_WAIT_MS, wait_ms * 2);
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => listener.onEvent(kind, parsed(event.data)));
    }
  };

  listener.onState("connecting");
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
