/** Words for keys that are put together at run time, from codes that the API sends. */

import i18next, { type TFunction } from "i18next";

/** Word a key; its caller sees to it that it exists. */
export function say(t: TFunction, key: string, params: object = {}): string {
  return (t as unknown as (key: string, params: object) => string)(key, params);
}

/** Word a code of a group, such as `motion.code`; `null` if nobody has worded it. */
export function sayIf(t: TFunction, group: string, code: string, params: object = {}): string | null {
  const key = `${group}.${code}`;
  return code !== "" && i18next.exists(key) ? say(t, key, params) : null;
}
