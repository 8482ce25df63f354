/** Cut a text around the first place where the query stands in it; `null` if it does not. */
export function splitMatch(text: string, query: string): [string, string, string] | null {
  if (query === "") return null;
  const at = text.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0) return null;
  const end = at + query.length;
  return [text.slice(0, at), text.slice(at, end), text.slice(end)];
}
