// Units that dry, humidify and air: what each does, why, and holding one on or off for a while.

import { sayUnitReason } from "./codes.js";
import { pick } from "./language.js";
import { $, make } from "./net.js";
import { sign } from "./sign.js";
import { say, sayTime } from "./words.js";

const HOURS = 2;

function ask(unit, key, on) {
  const title = `${pick([unit.name.zh, unit.name.en])}: ${say(key)}`;
  const fields = on === null ? [] : [{ id: "reason", label: say("why") }];
  sign({ title, note: say("unitNote"), path: "/api/unit", fields, body: () => ({ unit: unit.id, on, hours: HOURS }), take: (given) => given });
}

function drawButton(unit, key, on) {
  return make("button", {
    type: "button", textContent: say(key), data: { act: `${unit.id}-${key}` }, onclick: () => ask(unit, key, on),
  });
}

function drawUnit(unit, facts) {
  const state = { true: "unitOn", false: "unitOff" }[facts?.on] ?? "unitUnknown";
  const until = facts?.until ? ` · ${say("unitUntil", sayTime(facts.until))}` : "";
  const row = make("div", { className: "row" });
  if (unit.does) {
    row.append(drawButton(unit, "unitHoldOn", true), drawButton(unit, "unitHoldOff", false));
    if (facts?.by_hand) row.append(drawButton(unit, "unitResume", null));
  }
  return make("article", { data: { unit: unit.id } },
    make("h3", { textContent: `${pick([unit.name.zh, unit.name.en])}: ${say(state)}` }),
    make("p", { textContent: facts?.why ? sayUnitReason(facts.why, facts.detail) + until : "" }),
    row);
}

// Drawn anew only when something changed, so that a button is not replaced under a finger.
let shown = "";

export function drawUnits(units, facts, language) {
  const wanted = JSON.stringify([units, facts, language]);
  if (wanted === shown) return;
  shown = wanted;
  const focused = document.activeElement?.dataset?.act;
  $("units").hidden = !units.length;
  $("units").replaceChildren(make("h2", { textContent: say("units") }), ...units.map((unit) => drawUnit(unit, facts[unit.id])));
  if (focused) $("units").querySelector(`[data-act="${focused}"]`)?.focus();
}
