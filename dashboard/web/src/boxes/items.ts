/** What of a box can be handed over or taken back. Pure. */

import type { Box, FileInBox } from "../api/types";
import type { Item } from "./ItemChoice";

type Choice = { withBox: boolean; files: FileInBox[] };

/** A box that is out takes its files with it; a file that is out leaves the rest behind. */
export function handable(box: Box): Choice {
  const boxIsOut = box.state === "lent";
  return { withBox: !boxIsOut, files: boxIsOut ? [] : box.files.filter((one) => one.state !== "lent") };
}

/** What is not at its home can come back: the box, or single files out of a box that is there. */
export function returnable(box: Box): Choice {
  const away = (state: string) => state === "lent" || state === "desk" || state === "transit";
  const boxIsAway = away(box.state) || box.state === "unknown" || box.state === "misplaced";
  return {
    withBox: boxIsAway,
    files: boxIsAway ? [] : box.files.filter((one) => away(one.state) || one.state === "unknown"),
  };
}

/** The item to begin with: the file that was looked for if it may be chosen, else the first. */
export function firstItem(box: Box, choice: Choice, fileCode: string | null): Item | null {
  if (choice.files.some((one) => one.code === fileCode)) return { file_code: fileCode as string };
  if (choice.withBox) return { box_code: box.code };
  const first = choice.files[0];
  return first ? { file_code: first.code } : null;
}
