/** Talks to /api/v1. Every failure becomes a Problem with a code that i18n can word. */

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly params: Record<string, unknown> = {},
  ) {
    super(code);
  }
}

const ROOT = "/api/v1";

/** Fetch JSON; raise Problem for any answer that is not 2xx, and `link.down` for none at all. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const answer = await ask(method, path, options);
  if (answer.status === 204) return undefined as T;
  const text = await answer.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** An answer that takes longer than `within_ms` counts as none. */
type Options = { body?: unknown; signal?: AbortSignal; within_ms?: number };

async function ask(method: string, path: string, options: Options): Promise<Response> {
  const init: RequestInit = { method, credentials: "same-origin", cache: "no-store" };
  if (options.signal) init.signal = options.signal;
  else if (options.within_ms !== undefined) init.signal = AbortSignal.timeout(options.within_ms);
  if (options.body !== undefined) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(options.body);
  }
  const answer = await reach(`${ROOT}${path}`, init);
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "link.down");
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  return readProblem(answer.status, await answer.text().catch(() => ""));
}

/** Read a problem+json body; an unreadable one still has its status. */
export function readProblem(status: number, text: string): Problem {
  try {
    const body = JSON.parse(text) as { code?: unknown; params?: unknown };
    if (typeof body.code === "string") {
      return new Problem(status, body.code, (body.params ?? {}) as Record<string, unknown>);
    }
  } catch {
    // An answer that is no JSON says no more than its status does.
  }
  return new Problem(status, `http.${status}`);
}

export type Upload = { promise: Promise<unknown>; cancel: () => void };

/** Send a file with progress from 0 to 1; `cancel` ends it before the server has it all. */
export function upload(
  path: string,
  file: File,
  onProgress: (part: number) => void,
  fields: Record<string, string> = {},
): Upload {
  const request = new XMLHttpRequest();
  const promise = new Promise((resolve, reject) => {
    request.open("POST", `${ROOT}${path}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () =>
      request.status >= 200 && request.status < 300
        ? resolve(JSON.parse(request.responseText))
        : reject(readProblem(request.status, request.responseText));
    request.onerror = () => reject(new Problem(0, "link.down"));
    request.onabort = () => reject(new Problem(0, "upload.cancelled"));
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file);
    request.send(form);
  });
  return { promise, cancel: () => request.abort() };
}

/** Fetch a file that the server makes, and hand it to the browser to keep under a name. */
export async function download(method: string, path: string, name: string, options: Options = {}): Promise<void> {
  keep(await (await ask(method, path, options)).blob(), name);
}

const KEPT_MS = 60_000;

function keep(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/** Build a path from parts that may hold any character. */
export function path(...parts: (string | number)[]): string {
  return `/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
}

/** Build a query string; undefined values are left out. */
export function query(values: Record<string, string | number | boolean | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
