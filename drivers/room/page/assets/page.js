// Shows the room as its agent sees it, and asks. Stop asks for nothing and is never disabled.

import { inChinese, pick, say, sayAge, sayCode, sayInterlock, sayPhase, useChinese } from "./words.js";

const STALE_S = 10;
const POLL_MS = 1000;
const LOST_AFTER_MS = 4000;

const $ = (id) => document.getElementById(id);
let steel = null;
let now = null;
let heardAt = 0;
let saidUntil = 0;
let found = { boxes: [], age_s: null };

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

async function post(path, body) {
  const stopper = AbortSignal.timeout(5000);
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: stopper,
  });
  return answer.json();
}

function tell(text) {
  $("said").textContent = text;
  saidUntil = Date.now() + 8000;
}

async function stop(bank) {
  try {
    const answer = await post("/api/stop", { bank });
    tell(answer.status === "done" ? say("stopSent") : say("stopFailed"));
  } catch {
    tell(say("stopFailed"));
  }
  look();
}

function tellAnswer(answer) {
  const good = ["accepted", "started", "done"].includes(answer.status);
  const more = answer.detail?.holder ?? answer.detail?.wait_s;
  const reason = sayCode(answer.code) + (more === undefined ? "" : ` (${more})`);
  tell(good ? say(answer.status === "done" ? "done" : "accepted") : say("cannot", reason));
}

function sign(title, note, send) {
  if (steel.people.length === 0) return tell(say("nobody"));
  $("sign-title").textContent = title;
  $("sign-note").textContent = note;
  $("pin").value = "";
  $("sign-form").onsubmit = async (event) => {
    event.preventDefault();
    const who = { name: $("who").value, pin: $("pin").value };
    $("pin").value = "";
    $("sign").close();
    try {
      tellAnswer(await send(who));
    } catch {
      tell(say("lost"));
    }
    look();
  };
  $("sign").showModal();
  $("pin").focus();
}

function sawOf(bank) {
  const state = now.banks.find((b) => b.bank === bank);
  return { boot_id: state.boot_id, version: state.version };
}

function askToMove(verb, bank, segment, aisle, title) {
  sign(title, say("walkClear"), (who) =>
    post("/api/move", { verb, bank, segment, aisle, saw: sawOf(bank), ...who }));
}

function askToConfirm(what, bank, segment) {
  sign(say(what), say("walkClear"), (who) => post("/api/confirm", { what, bank, segment, ...who }));
}

function reasonsOf(state, segment) {
  const reasons = [];
  if (!state.online) reasons.push(sayCode("link_lost"));
  if (segment.why) reasons.push(sayCode(segment.why));
  for (const { name, check } of segment.interlocks) {
    if (check !== "safe") reasons.push(say(check === "unsafe" ? "unsafe" : "unknown", sayInterlock(name)));
  }
  return reasons;
}

function drawSegment(bank, state, plan, segment) {
  const moving = segment.phase === "moving";
  const left = moving && segment.remaining_s ? ` — ${say("secondsLeft", Math.ceil(segment.remaining_s))}` : "";
  const here = plan.aisles.find((a) => a.aisle === (moving ? segment.target : segment.aisle));
  const where = here ? ` ${say("aisle", here.before, here.after)}` : "";
  const node = make("div", { className: "segment" },
    make("h3", { textContent: say("segment", plan.segment) }),
    make("p", { className: `phase ${segment.phase}`, textContent: sayPhase(segment.phase) + where + left }));
  if (segment.hold) node.append(make("p", { textContent: say("held", segment.hold.actor.name) }));
  const reasons = reasonsOf(state, segment);
  for (const reason of reasons) node.append(make("p", { className: "why", textContent: say("cannot", reason) }));
  const row = make("div", { className: "aisles" });
  for (const aisle of plan.aisles) {
    const title = say("aisleLong", aisle.before, aisle.after);
    row.append(make("button", {
      type: "button", textContent: say("aisle", aisle.before, aisle.after), ariaLabel: title, disabled: moving,
      onclick: () => askToMove("open_aisle", bank, plan.segment, aisle.aisle, title),
    }));
  }
  row.append(make("button", {
    type: "button", textContent: say("close"), disabled: moving,
    onclick: () => askToMove("close_all", bank, plan.segment, null, say("close")),
  }));
  if (segment.phase === "faulted") row.append(confirmButton("fit", bank, plan.segment));
  if (segment.hold && !moving) row.append(confirmButton("empty", bank, plan.segment));
  node.append(row);
  return node;
}

function confirmButton(what, bank, segment) {
  return make("button", { type: "button", textContent: say(what), onclick: () => askToConfirm(what, bank, segment) });
}

function drawBank(plan) {
  const state = now?.banks.find((b) => b.bank === plan.bank);
  const age = state ? Math.round((state.age_ms + Date.now() - heardAt) / 1000) : null;
  const stale = age === null || age > STALE_S || !state.online;
  const node = make("article", { className: stale ? "stale" : "" });
  node.append(make("div", { className: "top" },
    make("div", {},
      make("h2", { textContent: pick([plan.name.zh, plan.name.en]) }),
      make("p", { className: "quiet", textContent: (age === null ? "" : say("age", age)) + (stale ? ` · ${say("stale")}` : "") })),
    make("div", {},
      make("button", { type: "button", className: "stop", textContent: say("stop"), onclick: () => stop(plan.bank) }),
      make("p", { className: "quiet", textContent: say("stopNote") }))));
  for (const part of state ? plan.segments : []) {
    const segment = state.segments.find((s) => s.segment === part.segment);
    if (segment) node.append(drawSegment(plan.bank, state, part, segment));
  }
  return node;
}

function drawBanks() {
  const buttons = () => [...$("banks").querySelectorAll("button")];
  const focused = buttons().indexOf(document.activeElement);
  $("banks").replaceChildren(...steel.banks.map(drawBank));
  if (focused >= 0) buttons()[focused]?.focus();
}

function drawFound() {
  const homes = now?.homes;
  $("list-age").textContent = homes && homes.age_s !== null
    ? say("listAge", homes.count, sayAge(homes.age_s)) : say("noList");
  const items = found.boxes.map((box) => {
    const item = make("li", {}, make("div", {},
      make("strong", { textContent: box.box }), make("br"),
      make("span", { textContent: pick([box.words.zh, box.words.en]) }), make("br"),
      make("code", { textContent: box.address })));
    if (box.aisle) {
      const { bank, segment, aisle } = box.aisle;
      item.append(make("button", {
        type: "button", className: "main", textContent: say("open"),
        onclick: () => askToMove("open_aisle", bank, segment, aisle, `${say("open")}: ${box.address}`),
      }));
    }
    return item;
  });
  if (items.length === 0 && $("like").value.trim()) items.push(make("li", { textContent: say("nothing") }));
  $("found").replaceChildren(...items);
}

function drawFixed() {
  $("room").textContent = `${pick([steel.name.zh, steel.name.en])} ${steel.room}`;
  document.title = $("room").textContent;
  $("language").textContent = say("language");
  $("language").lang = inChinese() ? "en" : "zh";
  $("find-title").textContent = say("find");
  $("find-label").textContent = say("findLabel");
  $("who-label").textContent = say("who");
  $("pin-label").textContent = say("pin");
  $("sign-go").textContent = say("go");
  $("sign-leave").textContent = say("leave");
  const chosen = $("who").value;
  $("who").replaceChildren(...steel.people.map((name) => make("option", { value: name, textContent: name })));
  if (chosen) $("who").value = chosen;
}

function draw() {
  const lost = Date.now() - heardAt > LOST_AFTER_MS;
  $("lost").hidden = !lost;
  $("lost").textContent = lost ? say("lost") : "";
  if (Date.now() > saidUntil) $("said").textContent = "";
  $("connection").textContent = now ? say(now.link.connected ? "archiveThere" : "archiveAway") : "";
  drawBanks();
}

async function look() {
  try {
    const answer = await fetch("/api/now", { signal: AbortSignal.timeout(3000) });
    now = await answer.json();
    heardAt = Date.now();
  } catch {
    // Nothing was heard: draw() shows how old the picture is.
  }
  draw();
}

async function find() {
  const like = $("like").value.trim();
  const answer = like ? await fetch(`/api/boxes?like=${encodeURIComponent(like)}`) : null;
  found = answer ? await answer.json() : { boxes: [], age_s: null };
  if ($("like").value.trim() === like) drawFound();
}

async function begin() {
  useChinese((localStorage.getItem("language") ?? navigator.language).startsWith("zh"));
  for (;;) {
    try {
      steel = await (await fetch("/api/steel")).json();
      break;
    } catch {
      await new Promise((go) => setTimeout(go, POLL_MS));
    }
  }
  drawFixed();
  $("like").addEventListener("input", find);
  $("sign-leave").addEventListener("click", () => $("sign").close());
  $("language").addEventListener("click", () => {
    useChinese(!inChinese());
    localStorage.setItem("language", inChinese() ? "zh" : "en");
    drawFixed();
    drawFound();
    draw();
  });
  await look();
  drawFound();
  setInterval(look, POLL_MS);
}

begin();
