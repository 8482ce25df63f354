/** Find the one-time token behind the # of the page's address: `#token=…`, `#setup=…` or bare. */
export function tokenIn(hash: string): string | null {
  const text = hash.replace(/^#\/?/, "");
  if (text === "") return null;
  const named = new URLSearchParams(text);
  const token = named.get("token") ?? named.get("setup") ?? (text.includes("=") ? null : text);
  return token === "" ? null : token;
}
