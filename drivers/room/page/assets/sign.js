// Asks who it is, by PIN or badge, and what that person confirms, before anything is asked of steel.

import { sayCode, sayInterlock, sayVouch } from "./codes.js";
import { $, make, post } from "./net.js";
import { say } from "./words.js";

let people = [];
let saidUntil = 0;
let afterwards = () => {};

export function beginSigning(names, look) {
  people = names;
  afterwards = look;
  $("sign-leave").addEventListener("click", () => $("sign").close());
}

export function drawSigning() {
  $("who-label").textContent = say("who");
  $("pin-label").textContent = say("pin");
  $("badge-label").textContent = say("badge");
  $("sign-go").textContent = say("go");
  $("sign-leave").textContent = say("leave");
  const chosen = $("who").value;
  $("who").replaceChildren(...people.map((name) => make("option", { value: name, textContent: name })));
  if (chosen) $("who").value = chosen;
}

export function tell(text) {
  $("said").textContent = text;
  saidUntil = Date.now() + 8000;
}

export function hush() {
  if (Date.now() > saidUntil) $("said").textContent = "";
}

export function sayReason({ code, detail }) {
  const { holder, by, name, why, interlock, wait_s: wait } = detail ?? {};
  const more = holder ?? by ?? name ?? (why && sayCode(why)) ?? (interlock && sayInterlock(interlock)) ?? (wait && `${wait} s`);
  return sayCode(code) + (!more ? "" : ` (${more})`);
}

export function tellAnswer(answer) {
  const good = { done: "done", accepted: "accepted", started: "accepted", armed: "armedHere" }[answer.status];
  tell(good ? say(good) : say("cannot", sayReason(answer)));
}

function drawVouches(unseen) {
  const rows = unseen.map((name) => make("label", { className: "vouch" },
    make("input", { type: "checkbox", required: true, name: "vouched", value: name }),
    make("span", { textContent: sayVouch(name) })));
  $("vouches").hidden = rows.length === 0;
  $("vouches").replaceChildren(make("legend", { textContent: say("confirmThese") }), ...rows);
}

function drawFields(fields) {
  $("fields").replaceChildren(...fields.map(({ id, label, options }) => {
    const input = options
      ? make("select", { id, required: true }, ...options.map(([value, text]) => make("option", { value, textContent: text })))
      : make("input", { id, maxLength: 200, autocomplete: "off" });
    return make("label", {}, make("span", { textContent: label }), input);
  }));
}

// ask = {title, note, path, body, unseen: [names], fields: [{id, label, options}]}
export function sign(ask) {
  if (people.length === 0) return tell(say("nobody"));
  $("sign-title").textContent = ask.title;
  $("sign-note").textContent = ask.note ?? say("walkClear");
  drawVouches(ask.unseen ?? []);
  drawFields(ask.fields ?? []);
  $("pin").value = $("badge").value = "";
  $("sign-form").onsubmit = (event) => {
    event.preventDefault();
    send(ask);
  };
  $("sign").showModal();
  ($("sign").querySelector("#vouches:not([hidden]) input, #fields select, #fields input") ?? $("pin")).focus();
}

async function send(ask) {
  const who = $("badge").value ? { badge: $("badge").value } : { name: $("who").value, pin: $("pin").value };
  const vouched = [...document.querySelectorAll("input[name=vouched]:checked")].map((box) => box.value);
  const given = Object.fromEntries((ask.fields ?? []).map(({ id }) => [id, $(id).value]));
  const body = { ...ask.body(), ...(ask.unseen ? { vouched } : {}), ...(ask.take?.(given) ?? {}), ...who };
  $("pin").value = $("badge").value = "";
  $("sign").close();
  tell(say("asking"));
  try {
    tellAnswer(await post(ask.path, body));
  } catch {
    tell(say("lost"));
  }
  afterwards();
}
