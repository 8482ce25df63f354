// What was begun and then came to nothing: it stands until somebody asks again, and is read out once.

import { sayReason, tell } from "./sign.js";
import { say, sayOf, sayTime, sayWish } from "./words.js";

let told = null;

export function saySetback(setback, plan) {
  const how = sayOf("cameTo", setback.status);
  return say("setback", sayTime(setback.at), setback.name, sayWish(setback, plan), how, sayReason(setback));
}

// Those that stood there when the page was opened are only shown.
export function tellNewSetbacks(setbacks, steel) {
  const fresh = told === null ? [] : setbacks.filter((one) => !told.has(one.id));
  told = new Set(setbacks.map((one) => one.id));
  for (const setback of fresh) {
    const bank = steel.banks.find((one) => one.bank === setback.bank);
    const plan = bank?.segments.find((one) => one.segment === setback.segment);
    if (plan) tell(saySetback(setback, plan));
  }
}
