/** Shortens what a scanner typed for a page; a wrong scan may be a whole web address or a page of text. Pure. */

const MOST = 48;
const KEPT_AT_END = 12;

/** Nothing in an archive has a longer name; what is longer was scanned by mistake. The API takes no more. */
const LONGEST_SCAN = 300;

/** As much of a scanned text as the API takes. */
export const clipped = (text: string) => Array.from(text).slice(0, LONGEST_SCAN).join("");

/** The text as it is, or its beginning and end with an ellipsis between. */
export function shown(text: string): string {
  const signs = Array.from(text);
  if (signs.length <= MOST) return text;
  return `${signs.slice(0, MOST - KEPT_AT_END - 1).join("")}…${signs.slice(-KEPT_AT_END).join("")}`;
}
