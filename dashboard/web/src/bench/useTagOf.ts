import { useBox, useFile } from "../api/queries";
import { useShelfTags } from "../api/tagQueries";
import type { Bearer, ItemTag } from "../api/types";

/** The number of the tag that an item or shelf carries now; `null` if it has none or that is not known yet. */
export function useTagOf({ kind, code }: Pick<Bearer, "kind" | "code">): string | null {
  const box = useBox(kind === "box" ? code : null);
  const file = useFile(kind === "file" ? code : null);
  const shelf = useShelfTags(kind === "shelf" ? code : null);
  const tags: ItemTag[] = { box: box.data?.tags, file: file.data?.tags, shelf: shelf.data?.tags }[kind] ?? [];
  return tags.find((one) => one.until === null)?.epc ?? (kind === "box" ? (box.data?.epc ?? null) : null);
}
