// Programs that move the whole room: what was proposed, the warning before it moves, and its cancel.

import { sayCode, sayUnitReason } from "./codes.js";
import { $, make, post } from "./net.js";
import { sign, tell, tellAnswer } from "./sign.js";
import { say, sayOf } from "./words.js";

const SHOWN_AFTER_MS = 60_000;

async function cancel() {
  try {
    tellAnswer(await post("/api/program/cancel", {}));
  } catch {
    tell(say("stopFailed"));
  }
}

function sayState(program, skewMs) {
  if (program.status === "warning") {
    const left = Math.max(0, Math.ceil((new Date(program.warning_ends) - Date.now() - skewMs) / 1000));
    return sayOf("programState", "warning", left);
  }
  if (program.status === "broken") return sayOf("programState", "broken", sayCode(program.why));
  return sayOf("programState", program.status);
}

function drawProposals() {
  return ["night_closing", "ventilation"].map((program) => make("button", {
    type: "button", textContent: `${say("propose")}: ${sayOf("program", program)}`, data: { propose: program },
    onclick: () => sign({
      title: `${say("propose")}: ${sayOf("program", program)}`, note: "", path: "/api/program/propose", body: () => ({ program }),
    }),
  }));
}

// skewMs: how far the room's clock is ahead of this screen's.
export function drawProgram(program, skewMs) {
  const box = $("program");
  const isOver = program && ["done", "cancelled", "broken"].includes(program.status);
  const isOld = isOver && Date.now() + skewMs - new Date(program.at) > SHOWN_AFTER_MS;
  const shown = program && !isOld;
  box.hidden = false;
  box.className = shown ? program.status : "";
  const focused = document.activeElement?.dataset?.act;
  if (!shown) {
    box.replaceChildren(make("div", { className: "row" }, ...drawProposals()));
    return;
  }
  const parts = [make("h2", { textContent: sayOf("program", program.program) }), make("p", { textContent: sayState(program, skewMs) })];
  if (program.reason) parts.push(make("p", { textContent: sayUnitReason(program.reason, program.detail) }));
  const row = make("div", { className: "row" });
  if (program.status === "proposed") {
    row.append(make("button", {
      type: "button", className: "main", textContent: say("startProgram"), data: { act: "start" },
      onclick: () => sign({ title: say("startProgram"), path: "/api/program/start", body: () => ({ id: program.id }) }),
    }));
  }
  if (isOver) {
    row.append(...drawProposals());
  } else {
    row.append(make("button", { type: "button", className: "stop", textContent: say("cancelProgram"), data: { act: "cancel" }, onclick: cancel }));
  }
  box.replaceChildren(...parts, row);
  if (focused) box.querySelector(`[data-act=${focused}]`)?.focus();
}
