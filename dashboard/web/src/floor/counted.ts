/** What was counted on a shelf; a thing counts once, by its code or by its tag. Pure. */

export type Counted = {
  /** The code of the item; of an unknown thing, what was scanned. */
  key: string;
  text: string;
  title: string | null;
};

export const isCounted = (list: readonly Counted[], one: Counted) => list.some(({ key }) => key === one.key);

/** The newest first. */
export const withCounted = (list: readonly Counted[], one: Counted): Counted[] =>
  isCounted(list, one) ? [...list] : [one, ...list];
