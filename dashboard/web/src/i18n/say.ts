import type { TFunction } from "i18next";

/** Word a key that is put together at run time; its caller sees to it that the key exists. */
export function say(t: TFunction, key: string, params: object = {}): string {
  return (t as unknown as (key: string, params: object) => string)(key, params);
}
