// Finds a box in the room's last copy of the list, and asks for its aisle.

import { pick } from "./language.js";
import { $, get, make } from "./net.js";
import { askFor } from "./steel.js";
import { say, sayAge } from "./words.js";

let found = { boxes: [], age_s: null };

export async function find(stateOf) {
  const like = $("like").value.trim();
  const answer = like ? await get(`/api/boxes?like=${encodeURIComponent(like)}`) : null;
  if ($("like").value.trim() !== like) return;
  found = answer ?? { boxes: [], age_s: null };
  drawFound(null, stateOf);
}

function openButton(box, stateOf) {
  const { bank, segment, aisle } = box.aisle;
  return make("button", {
    type: "button", className: "main", textContent: say("open"),
    onclick: () => {
      const state = stateOf(bank);
      const part = state?.segments.find((s) => s.segment === segment);
      if (part) askFor(state, part, "open_aisle", { aisle }, `${say("open")}: ${pick([box.words.zh, box.words.en])}`);
    },
  });
}

export function drawFound(homes, stateOf) {
  if (homes !== null) {
    $("list-age").textContent = homes.age_s !== null ? say("listAge", homes.count, sayAge(homes.age_s)) : say("noList");
  }
  const items = found.boxes.map((box) => make("li", {},
    make("div", {},
      make("strong", { textContent: box.box }), make("br"),
      make("span", { textContent: pick([box.words.zh, box.words.en]) }), make("br"),
      make("code", { textContent: box.address })),
    box.aisle ? openButton(box, stateOf) : null));
  if (items.length === 0 && $("like").value.trim()) items.push(make("li", { textContent: say("nothing") }));
  $("found").replaceChildren(...items);
}
