// What left by a door without being lent: it says which box or file, and the sounder can be silenced.

import { $, make, post } from "./net.js";
import { pick } from "./language.js";
import { tell } from "./sign.js";
import { say, sayTime } from "./words.js";

async function silence(door) {
  try {
    const answer = await post("/api/silence", { door });
    tell(answer.status === "done" ? say("silenced") : say("silenceFailed"));
  } catch {
    tell(say("silenceFailed"));
  }
}

function sayLeft(left) {
  const what = say(left.is_file ? "leftFile" : "leftBox", sayTime(left.at), left.code);
  const hours = Math.floor((left.loans_age_s ?? 0) / 3600);
  if (left.loans_age_s === null) return `${what} ${say("loansNever")}`;
  return hours > 0 ? `${what} ${say("loansOld", hours)}` : what;
}

function drawDoor(door) {
  const name = pick([door.name.zh, door.name.en]);
  const button = make("button", { type: "button", className: "main", textContent: say("silence"), data: { door: door.door } });
  button.addEventListener("click", () => silence(door.door));
  return make("article", { data: { door: door.door } },
    make("h2", { textContent: door.sounding ? say("doorSounds", name) : name }),
    make("ul", {}, ...door.left.slice(0, 5).map((left) => make("li", { textContent: sayLeft(left) }))),
    door.sounding ? button : null);
}

// Drawn anew only when something changed, so that a button is not replaced under a finger.
let shown = "";

export function drawDoors(doors, language) {
  const worth = doors.filter((door) => door.sounding || door.left.length);
  const wanted = JSON.stringify([worth, language]);
  if (wanted === shown) return;
  shown = wanted;
  $("doors").hidden = !worth.length;
  $("doors").replaceChildren(...worth.map(drawDoor));
}
