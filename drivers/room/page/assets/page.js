// Shows the room as its agent sees it, and asks. Stop asks for nothing and is never disabled.

import { drawDoors } from "./doors.js";
import { find, drawFound } from "./find.js";
import { inChinese, pick, useChinese } from "./language.js";
import { $, get, post } from "./net.js";
import { drawProgram } from "./program.js";
import { beginSigning, drawSigning, hush, tell } from "./sign.js";
import { tellNewSetbacks } from "./setbacks.js";
import { drawBank } from "./steel.js";
import { drawUnits } from "./units.js";
import { say } from "./words.js";

const POLL_MS = 1000;
const LOST_AFTER_MS = 4000;
const LONGEST_PRESS_MS = 2000;

let steel = null;
let now = null;
let heardAt = 0;
let pressedAt = null;

const stateOf = (bank) => now?.banks.find((b) => b.bank === bank);

async function stop(bank) {
  try {
    const answer = await post("/api/stop", bank === null ? {} : { bank });
    const failed = answer.code === "cannot_stop" ? say("stopPartly") : say("stopFailed");
    tell(answer.status === "done" ? say("stopSent") : failed);
  } catch {
    tell(say("stopFailed"));
  }
  look();
}

// What a button is, so that the same one is found again when all are drawn anew.
function keyOf(node) {
  const { verb, aisle, confirm, start, act } = node.dataset;
  const what = verb ?? aisle ?? confirm ?? start ?? act ?? node.className;
  return [node.closest("article").dataset.bank, node.closest(".segment")?.dataset.segment, what, node.name].join();
}

function drawBanks() {
  const strips = () => [...$("banks").querySelectorAll(".strip")];
  const held = $("banks").contains(document.activeElement) ? document.activeElement : null;
  const key = held && keyOf(held);
  const scrolled = strips().map((strip) => strip.scrollLeft);
  $("banks").replaceChildren(...steel.banks.map((plan) => drawBank(plan, stateOf(plan.bank), heardAt, steel.people, now?.setbacks ?? [], stop)));
  strips().forEach((strip, i) => { strip.scrollLeft = scrolled[i] ?? 0; });
  if (!held) return;
  const same = [...$("banks").querySelectorAll("button, h2, summary")].find((node) => keyOf(node) === key);
  const there = same?.disabled === false ? same : $("banks").querySelector(`[data-bank="${key.split(",")[0]}"] h2`);
  there?.focus({ preventScroll: true });
}

function drawFixed() {
  $("room").textContent = `${pick([steel.name.zh, steel.name.en])} ${steel.room}`;
  document.title = $("room").textContent;
  $("language").textContent = say("language");
  $("language").lang = inChinese() ? "en" : "zh";
  $("stop-all").textContent = say("stopAll");
  $("find-title").textContent = say("find");
  $("find-label").textContent = say("findLabel");
  drawSigning();
}

// A button that is replaced between press and release would never be clicked.
function watchPresses() {
  for (const down of ["pointerdown", "keydown"]) addEventListener(down, () => { pressedAt ??= Date.now(); }, true);
  for (const up of ["pointerup", "pointercancel", "keyup", "blur"]) addEventListener(up, () => setTimeout(() => { pressedAt = null; }), true);
}

const isPressed = () => pressedAt !== null && Date.now() - pressedAt < LONGEST_PRESS_MS;

function draw() {
  const lost = Date.now() - heardAt > LOST_AFTER_MS;
  $("lost").hidden = !lost;
  $("lost").textContent = lost ? say("lost") : "";
  hush();
  $("connection").textContent = now ? say(now.link.connected ? "archiveThere" : "archiveAway") : "";
  if (isPressed()) return;
  if (now) drawDoors(now.doors, inChinese());
  if (now) drawProgram(now.program, new Date(now.at) - heardAt);
  if (now) drawUnits(steel.units, now.units, inChinese());
  drawBanks();
}

async function look() {
  try {
    now = await get("/api/now");
    heardAt = Date.now();
    tellNewSetbacks(now.setbacks, steel);
  } catch {
    // Nothing was heard: draw() shows how old the picture is.
  }
  draw();
}

async function begin() {
  useChinese((localStorage.getItem("language") ?? navigator.language).startsWith("zh"));
  for (;;) {
    try {
      steel = await get("/api/steel");
      break;
    } catch {
      await new Promise((go) => setTimeout(go, POLL_MS));
    }
  }
  watchPresses();
  beginSigning(steel.people, look);
  drawFixed();
  $("like").addEventListener("input", () => find(stateOf));
  $("stop-all").addEventListener("click", () => stop(null));
  $("language").addEventListener("click", () => {
    useChinese(!inChinese());
    localStorage.setItem("language", inChinese() ? "zh" : "en");
    drawFixed();
    drawFound(now?.homes ?? null, stateOf);
    draw();
  });
  await look();
  drawFound(now?.homes ?? null, stateOf);
  setInterval(look, POLL_MS);
}

begin();
