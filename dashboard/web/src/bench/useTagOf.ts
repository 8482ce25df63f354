import { useBox, useFile } from "../api/queries";
import type { ItemRef, ItemTag } from "../api/types";

/** The number of the tag that an item carries now; `null` if it has none or that is not known yet. */
export function useTagOf({ kind, code }: ItemRef): string | null {
  const box = useBox(kind === "box" ? code : null);
  const file = useFile(kind === "file" ? code : null);
  const tags: ItemTag[] = (kind === "box" ? box.data?.tags : file.data?.tags) ?? [];
  return tags.find((one) => one.until === null)?.epc ?? (kind === "box" ? (box.data?.epc ?? null) : null);
}
