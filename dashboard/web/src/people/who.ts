/** Accounts are known by an opaque id in the records; a person is never shown one. Pure. */

const OPAQUE = /^[0-9a-f]{32}$/;

/** Who did it, in a word a person knows: a name or a device, oneself, or `null` if only an id is known. */
export function whoWords(by: string | null, self: { id: string; name: string } | null): string | null {
  if (by === null || by === "") return null;
  if (by === self?.id) return self.name;
  return OPAQUE.test(by) ? null : by;
}
