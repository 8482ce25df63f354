// Draws the simulated world as it is and posts acts. It keeps no truth of its own.
import { addClimate, tellClimate } from "./climate.js";
import { WORDS } from "./words.js";

const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const AISLE_ACTS = ["enter_aisle", "leave_aisle", "blind_sensor", "mend_sensor"];
const SEGMENT_ACTS = [
  "obstruct", "clear_obstruction", "block_entrance", "clear_entrance", "lock_at_steel",
  "unlock_at_steel", "fall_asleep", "wake_at_steel", "press_start_button", "release_start_button",
];
const PROTECTION_ACTS = ["raise_protection", "clear_protection"];
const INPUT_ACTS = ["cut_sensor_wire", "mend_sensor_wire"];
const BANK_ACTS = [
  "press_reset", "switch_local", "switch_remote", "open_e_stop", "close_e_stop", "insert_key",
  "remove_key", "engage_crank", "disengage_crank",
];
const ROOM_ACTS = ["raise_fire", "clear_fire", "fail_power", "return_power"];
const COLUMN_ACTS = ["fail_motor", "fail_limit_switch", "jam", "mend"];
const BOX_ACTS = {
  take_box: null, put_desk: "desk", put_trolley: "trolley", put_home: "home", put_shelf: "shelf",
};
const THING_ACTS = ["lay_on_desk", "take_up", "load_trolley"];
const TAG_ACTS = ["kill_tag", "revive_tag"];
const STRAY_ACTS = { stray_desk: "desk", stray_trolley: "trolley", stray_hand: "hand" };
const FILE_ACTS = { take_file: null, file_box: "box", file_desk: "desk", file_trolley: "trolley" };
const WAYS = { carry_out: "out", carry_in: "in", carry_back: "back", carry_near: "near" };
const ANTENNA_ACTS = ["cut_antenna", "mend_antenna"];
const FAULTS = [
  "cut", "delay", "garble", "stall", "mute", "garbage", "duplicate", "clock_jump", "heal",
];

let language = new URLSearchParams(location.search).get("lang") ??
  (navigator.language.startsWith("zh") ? "zh" : "en");
if (!(language in WORDS)) language = "en";

function word(key, ...values) {
  const text = WORDS[language][key] ?? key;
  return values.reduce((said, value, n) => said.replace(`{${n}}`, value), text);
}

function element(name, attributes = {}, ...children) {
  const made = name in { svg: 0, rect: 0, text: 0, circle: 0, g: 0 }
    ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(path, options);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

function say(text, refused = false) {
  $("said").textContent = text;
  $("said").classList.toggle("refused", refused);
}

async function attempt(label, path, body) {
  try {
    await ask(path, body);
    say(word("done", label));
  } catch (error) {
    say(error.message, true);
  }
  await refresh();
}

function act(name, values, label = word(name)) {
  return attempt(label, "/api/acts", { act: name, ...values });
}

function aisleChosen() {
  const [bank, segment, aisle] = $("aisle").value.split("/").map(Number);
  return { bank, segment, aisle };
}

function buttons(holder, names, onPress) {
  for (const name of names) {
    const button = element("button", { type: "button", "data-word": name });
    button.addEventListener("click", () => onPress(name));
    holder.append(button);
  }
}

function addButtons() {
  buttons($("aisle-acts"), AISLE_ACTS, (name) => act(name, aisleChosen()));
  buttons($("aisle-acts"), SEGMENT_ACTS, (name) => {
    const { bank, segment } = aisleChosen();
    return act(name, { bank, segment });
  });
  buttons($("protection-acts"), PROTECTION_ACTS, (name) => {
    const { bank, segment } = aisleChosen();
    const protection = $("protection").value;
    return act(name, { bank, segment, protection }, `${word(name)}: ${word(protection)}`);
  });
  buttons($("box-acts"), Object.keys(BOX_ACTS), (name) => {
    const box = $("box").value.trim();
    const on = BOX_ACTS[name] === "shelf" ? $("shelf").value.trim() : BOX_ACTS[name];
    return on === null ? act(name, { box }) : act("put_box", { box, on }, word(name));
  });
  buttons($("box-acts"), ["misplace_box"], (name) => act(name, { box: $("box").value.trim() }));
  buttons($("box-acts"), ["swap_boxes"], (name) =>
    act(name, { box: $("box").value.trim(), other: $("other").value.trim() }));
  addTagButtons();
  addClimate(tools);
  const bank = () => Number($("bank").value);
  buttons($("bank-acts"), BANK_ACTS, (name) => act(name, { bank: bank() }));
  buttons($("bank-acts"), COLUMN_ACTS, (name) => act(name, { bank: bank(), column: Number($("column").value) }));
  buttons($("bank-acts"), ROOM_ACTS, (name) => act(name, {}));
  buttons($("defect-acts"), ["break_column"], (name) => {
    const defect = $("defect").value;
    return act(name, { bank: bank(), column: Number($("column").value), defect }, word(defect));
  });
  buttons($("input-acts"), INPUT_ACTS, (name) => {
    const [device, input] = $("input").value.split("/");
    return act(name, { device, input: Number(input) });
  });
  buttons($("wire-acts"), FAULTS, (kind) => {
    const fault = { kind, probability: Number($("probability").value) };
    if (kind === "delay") fault.delay_s = Number($("delay").value);
    const faults = kind === "heal" ? [] : [fault];
    return attempt(word(kind), `/api/wires/${encodeURIComponent($("wire").value)}`, { faults });
  });
}

const tools = { $, act, buttons, element, fill, row, word };

function addTagButtons() {
  const things = () => $("things").value.trim();
  const number = () => $("new-epc").value.trim().toUpperCase();
  const file = () => $("file").value.trim();
  buttons($("file-acts"), Object.keys(FILE_ACTS), (name) => FILE_ACTS[name] === null
    ? act(name, { file: file() }) : act("put_file", { file: file(), on: FILE_ACTS[name] }, word(name)));
  buttons($("thing-acts"), THING_ACTS, (name) => act(name, { things: things() }));
  buttons($("thing-acts"), TAG_ACTS, (name) => act(name, { thing: things() }));
  buttons($("tag-acts"), ["encode_tag"], (name) => act(name, { epc: things(), new_epc: number() }));
  buttons($("tag-acts"), Object.keys(STRAY_ACTS), (name) =>
    act("bring_stray", { epc: number(), on: STRAY_ACTS[name] }, word(name)));
  buttons($("door-acts"), Object.keys(WAYS), (name) =>
    act("carry", { things: things(), door: $("door").value, way: WAYS[name] }, word(name)));
  buttons($("door-acts"), ["park_trolley"], (name) => act(name, { near: $("door").value }));
  buttons($("door-acts"), ["trolley_away"], (name) => act("park_trolley", { near: "away" }, word(name)));
  buttons($("antenna-acts"), ANTENNA_ACTS, (name) => {
    const [reader, antenna] = $("antenna").value.split("/");
    return act(name, { reader, antenna: Number(antenna) });
  });
}

function speak() {
  document.documentElement.lang = language;
  for (const labelled of document.querySelectorAll("[data-word]")) {
    labelled.textContent = word(labelled.dataset.word);
  }
  const other = language === "zh" ? "en" : "zh";
  $("language").textContent = other === "zh" ? "中文" : "English";
  $("language").lang = other;
}

function fill(select, options) {
  const chosen = select.value;
  const shown = [...select.options].map((option) => `${option.value} ${option.textContent}`).join();
  if (shown === options.map(([value, text]) => `${value} ${text}`).join()) return;
  select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  if (options.some(([value]) => value === chosen)) select.value = chosen;
}

function row(...cells) {
  return element("tr", {}, ...cells.map((cell) =>
    cell instanceof Node ? cell : element("td", {}, String(cell))));
}

function drawPlan(world) {
  const plan = $("plan");
  plan.setAttribute("viewBox", `0 0 ${world.size_mm.x} ${world.size_mm.y}`);
  plan.replaceChildren(...world.banks.map(drawBank));
}

function drawBank(bank) {
  const { x, y } = bank.at_mm;
  const drawn = [element("text", { class: "label", x, y: y - 120 }, bank.name[language])];
  for (const column of bank.columns) {
    const kinds = ["column"];
    if (bank.fixed.includes(column.column)) kinds.push("fixed");
    if (column.speed_mm_s) kinds.push("travels");
    const left = x + column.position_mm;
    const arrow = column.speed_mm_s > 0 ? "→" : column.speed_mm_s < 0 ? "←" : "";
    drawn.push(
      element("rect", {
        class: kinds.join(" "), x: left + 15, y, width: bank.column_width_mm - 30,
        height: bank.column_depth_mm, rx: 40,
      }),
      element("text", { x: left + bank.column_width_mm / 2, y: y + bank.column_depth_mm / 2 },
        `${column.column}${arrow}`),
    );
  }
  return element("g", {}, ...drawn, ...bank.segments.flatMap((s) => drawPeople(bank, s)));
}

function drawPeople(bank, segment) {
  const right = (column) => bank.columns[column - 1].position_mm + bank.column_width_mm;
  return segment.people.flatMap((count, aisle) => {
    const column = segment.first + aisle - 1;
    const from = column >= 1 ? right(column) : 0;
    const cx = bank.at_mm.x + from + segment.gaps_mm[aisle] / 2;
    return Array.from({ length: count }, (_, n) => element("circle", {
      class: "person", cx, cy: bank.at_mm.y + bank.column_depth_mm * 0.75 - n * 500, r: 180,
    }));
  });
}

function tellSegments(world) {
  $("segments").replaceChildren(...world.banks.flatMap((bank) => bank.segments.map((segment) => {
    const people = segment.people.map((count, aisle) => count ? `${aisle}: ${count}` : "").filter(Boolean);
    const state = element("td", { class: segment.state === "moving" ? "moving" : segment.state === "faulted" ? "bad" : "" },
      word(`state_${segment.state}`) + (segment.fault === "none" ? "" : ` (${word(segment.fault)})`) +
      (segment.remaining_s ? ` ${segment.remaining_s} s → ${segment.target_aisle ?? word("spread")}` : "") +
      (segment.start_pressed ? ` · ${word("start_pressed")}` : ""));
    const blocking = segment.blocking.map((reason) => word(reason)).join(", ");
    const reported = segment.reported.map((name) => word(name)).join(", ");
    return row(word("segment_name", bank.bank, segment.segment), state,
      segment.open_aisles.join(", ") || word("no_gap"), people.join(", ") || word("none"),
      blocking || word("none"), reported || word("none"));
  })));
}

function tellRest(world, commands) {
  const aisles = world.banks.flatMap((bank) => bank.segments.flatMap((segment) =>
    segment.gaps_mm.map((_, aisle) => [
      `${bank.bank}/${segment.segment}/${aisle}`,
      word("aisle_name", bank.bank, segment.segment, aisle, segment.open_aisles.includes(aisle) ? word("open_now") : ""),
    ])));
  fill($("aisle"), aisles);
  fill($("bank"), world.banks.map((bank) => [String(bank.bank), bank.name[language]]));
  fill($("protection"), world.protections.map((name) => [name, word(name)]));
  fill($("defect"), world.defects.map((name) => [name, word(name)]));
  fill($("input"), world.inputs.map(({ device, input, says, air, cut }) => [
    `${device}/${input}`, `${device} ${input}: ${word(air ? `contact_${says}` : says)}${cut ? ` (${word("cut")})` : ""}`,
  ]));
  $("input-form").hidden = world.inputs.length === 0;
  fill($("wire"), Object.keys(world.wires).map((wire) => [wire, wire]));
  $("title").textContent = `${word("title")} · ${world.name[language]}`;
  document.title = $("title").textContent;
  tellClimate(world.air, language, tools);
  $("counters").textContent = word("counters", commands.commands, commands.against_rules);
  $("counters").className = commands.against_rules ? "bad" : "";
  tellTags(world);
  const away = world.boxes.away.map((thing) => row(
    `${thing.code}${thing.dead ? ` (${word("dead")})` : ""}`, thing.home ?? word("nowhere"), word(thing.spot)));
  $("away").replaceChildren(...(away.length ? away : [row(word("away_none"), "", "")]));
  $("wires").replaceChildren(...Object.entries(world.wires).map(([wire, faults]) =>
    row(wire, faults.map((f) => word(f.kind) + (f.probability < 1 ? ` ${f.probability}` : "") +
      (f.delay_s ? ` ${f.delay_s} s` : "")).join(", ") || word("whole"))));
  $("commands").replaceChildren(...commands.latest.slice(-12).reverse().map((c) =>
    row(c.number, word("segment_name", c.bank, c.segment), word(c.cmd, c.aisle),
      element("td", { class: "bad" }, c.offences.map((offence) => word(offence)).join(", ")))));
}

function tellTags(world) {
  $("door-form").hidden = world.doors.length === 0;
  fill($("door"), world.doors.map((door) => [door.door, door.name[language]]));
  $("doors").replaceChildren(...world.doors.map((door) => row(
    door.name[language],
    door.passing.map((p) => `${word(`carry_${p.way}`)} ${p.place_m.toFixed(1)} m`).join(", ") || word("none"),
    door.beam_broken === null ? word("none") : word(door.beam_broken ? "beam_broken" : "beam_whole"),
    element("td", { class: door.sounding ? "bad" : "" },
      door.sounding === null ? word("none") : word(door.sounding ? "sounding" : "silent")),
    world.trolley_at === door.door ? word("trolley_here") : word("none"))));
  fill($("antenna"), world.antennas.map((a) => [
    `${a.reader}/${a.antenna}`,
    `${a.reader} ${a.antenna}: ${word(a.covers)}${a.side ? ` ${word(a.side)}` : ""}${a.cut ? ` (${word("cut")})` : ""}`,
  ]));
  $("antenna-form").hidden = world.antennas.length === 0;
}

async function refresh() {
  try {
    const [world, commands] = await Promise.all([ask("/api/world"), ask("/api/commands")]);
    drawPlan(world);
    tellSegments(world);
    tellRest(world, commands);
  } catch {
    say(word("away"), true);
  }
}

async function suggest(typed) {
  if (!typed) return;
  const { boxes } = await ask(`/api/boxes?q=${encodeURIComponent(typed)}`);
  const { files } = await ask(`/api/files?q=${encodeURIComponent(typed)}`);
  $("files").replaceChildren(...files.slice(0, 30).map((file) =>
    element("option", { value: file.code }, file.home)));
  $("boxes").replaceChildren(...boxes.slice(0, 30).map((box) =>
    element("option", { value: box.code }, box.home)));
}

async function keepFresh() {
  await refresh();
  setTimeout(keepFresh, document.hidden ? 2000 : 400);
}

$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  speak();
  refresh();
});
for (const name of ["box", "file"]) $(name).addEventListener("input", () => suggest($(name).value.trim()));
for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
addButtons();
speak();
keepFresh();
