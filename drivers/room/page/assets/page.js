// Shows the room as its agent sees it, and asks. Stop asks for nothing and is never disabled.

import { find, drawFound } from "./find.js";
import { inChinese, pick, useChinese } from "./language.js";
import { $, get, post } from "./net.js";
import { drawProgram } from "./program.js";
import { beginSigning, drawSigning, hush, tell } from "./sign.js";
import { drawBank } from "./steel.js";
import { say } from "./words.js";

const POLL_MS = 1000;
const LOST_AFTER_MS = 4000;

let steel = null;
let now = null;
let heardAt = 0;

const stateOf = (bank) => now?.banks.find((b) => b.bank === bank);

async function stop(bank) {
  try {
    const answer = await post("/api/stop", bank === null ? {} : { bank });
    tell(answer.status === "done" ? say("stopSent") : say("stopFailed"));
  } catch {
    tell(say("stopFailed"));
  }
  look();
}

function drawBanks() {
  const buttons = () => [...$("banks").querySelectorAll("button")];
  const focused = buttons().indexOf(document.activeElement);
  $("banks").replaceChildren(...steel.banks.map((plan) => drawBank(plan, stateOf(plan.bank), heardAt, steel.people, stop)));
  if (focused >= 0) buttons()[focused]?.focus();
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

function draw() {
  const lost = Date.now() - heardAt > LOST_AFTER_MS;
  $("lost").hidden = !lost;
  $("lost").textContent = lost ? say("lost") : "";
  hush();
  $("connection").textContent = now ? say(now.link.connected ? "archiveThere" : "archiveAway") : "";
  if (now) drawProgram(now.program, new Date(now.at) - heardAt);
  drawBanks();
}

async function look() {
  try {
    now = await get("/api/now");
    heardAt = Date.now();
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
