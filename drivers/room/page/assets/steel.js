// Draws the banks: where the gaps are, who holds them, why nothing moves, and what may be asked.

import { sayCode, sayInterlock } from "./codes.js";
import { pick } from "./language.js";
import { make } from "./net.js";
import { drawReadings } from "./readings.js";
import { saySetback } from "./setbacks.js";
import { sign } from "./sign.js";
import { say, sayOf, sayTime, sayWish } from "./words.js";

const STALE_S = 10;

const unseenOf = (segment) => segment.interlocks.filter((i) => i.seen_by === "nobody").map((i) => i.name);
const holdsOf = (segment) => (segment.holds.length ? segment.holds : segment.hold ? [segment.hold] : []);
const aislesOf = (segment) => (segment.aisles.length ? segment.aisles : segment.aisle === null ? [] : [segment.aisle]);

export function askFor(state, segment, verb, extra = {}, title = say(verb), fields = [], take = undefined) {
  const moves = ["open_aisle", "close_all", "ventilate", "park"].includes(verb);
  sign({
    title, path: "/api/ask", fields, take,
    unseen: moves ? unseenOf(segment) : undefined,
    note: moves ? say("walkClear") : "",
    body: () => ({
      verb, bank: state.bank, segment: segment.segment, ...extra,
      saw: { boot_id: state.boot_id, version: state.version },
    }),
  });
}

function button(text, onclick, more = {}) {
  return make("button", { type: "button", textContent: text, onclick, ...more });
}

// What is of no use whoever asks; why is written below. A lock may be set while a fault stands.
const isShut = (state, segment) => segment.phase === "moving" || segment.mode === "fire" || !state.online || !state.commissioned;
const cannotMove = (state, segment) => segment.phase === "faulted" || isShut(state, segment);

function drawStrip(state, plan, segment) {
  const open = aislesOf(segment);
  const moving = segment.phase === "moving";
  const strip = make("div", { className: "strip", role: "group", ariaLabel: say("segment", plan.segment) });
  for (const aisle of plan.aisles) {
    if (aisle.before !== null) strip.append(make("span", { className: "column", textContent: aisle.before }));
    const isOpen = open.includes(aisle.aisle) && !moving;
    const isTarget = moving && segment.target === aisle.aisle;
    const holder = holdsOf(segment).find((hold) => hold.aisle === aisle.aisle);
    strip.append(button(holder && isOpen ? holder.actor.name : isOpen ? sayOf("phase", "open") : "", () =>
      askFor(state, segment, "open_aisle", { aisle: aisle.aisle }, say("aisleLong", aisle.before, aisle.after)), {
      className: `gap${isOpen ? " open" : ""}${isTarget ? " target" : ""}`,
      ariaLabel: `${say("aisleLong", aisle.before, aisle.after)}${holder ? ` · ${holder.actor.name}` : ""}`,
      disabled: cannotMove(state, segment), data: { aisle: aisle.aisle },
    }));
  }
  const last = plan.aisles.at(-1);
  if (last.after !== null) strip.append(make("span", { className: "column", textContent: last.after }));
  return strip;
}

function line(className, text) {
  return make("p", { className, textContent: text });
}

function drawReasons(state, segment, node) {
  if (!state.online) node.append(line("why", say("cannot", sayCode("link_lost"))));
  if (!state.commissioned) node.append(line("why", say("readOnly")));
  if (segment.why && !segment.trip) node.append(line("why", say("cannot", sayCode(segment.why))));
  if (segment.hindrance && !segment.trip) {
    node.append(line("why", say("cannot", `${sayCode(segment.hindrance.code)} · ${say("rawCode", segment.hindrance.raw)}`)));
  }
  if (segment.trip) {
    const raw = segment.trip.raw ? ` · ${say("rawCode", segment.trip.raw)}` : "";
    node.append(line("why", say("cannot", sayCode(segment.trip.code) + raw)), line("next", sayOf("needs", segment.trip.needs)));
  }
  if (segment.own_lock) node.append(line("why", say("lockedBy", segment.own_lock.actor.name)));
  else if (segment.lock === "locked") node.append(line("why", say("lockedAtSteel")));
  if (segment.sleep === "asleep") node.append(line("why", sayCode("asleep")));
  for (const { name, check, seen_by } of segment.interlocks) {
    if (seen_by !== "nobody" && check !== "safe") node.append(line("why", say(check, sayInterlock(name))));
  }
  const unseen = unseenOf(segment).map(sayInterlock);
  if (unseen.length) node.append(line("quiet", say("nobodySees", unseen.join(say("comma")))));
}

const part = (act, hold) => ({ data: { act: `${act}-${hold.aisle}` } });

function drawHolds(state, segment, row, people) {
  for (const hold of holdsOf(segment)) {
    const text = `${say("held", hold.actor.name, sayTime(hold.since))}${hold.offered_to ? ` · ${say("offered", hold.offered_to.name)}` : ""}`;
    const parts = [make("span", { textContent: text })];
    if (segment.phase !== "moving") {
      parts.push(button(say("empty"), () => askFor(state, segment, "release", { aisle: hold.aisle }, say("empty")), part("release", hold)));
      const others = people.filter((name) => name !== hold.actor.name).map((name) => [name, name]);
      if (others.length) {
        parts.push(button(say("hand_over"), () => askFor(state, segment, "hand_over", { aisle: hold.aisle }, say("hand_over"),
          [{ id: "to", label: say("toWhom"), options: others }], ({ to }) => ({ to })), part("hand_over", hold)));
      }
      if (hold.offered_to) {
        parts.push(button(say("take_over"), () => askFor(state, segment, "take_over", { aisle: hold.aisle }), part("take_over", hold)));
      }
    }
    row.append(make("div", { className: "held" }, ...parts));
  }
}

function drawVerbs(state, plan, segment) {
  const row = make("div", { className: "verbs" });
  const offer = (verb, order = verb) => {
    if (state.orders.includes(order)) row.append(button(say(verb), () => askFor(state, segment, verb), {
      disabled: (["lock", "sleep"].includes(verb) ? isShut : cannotMove)(state, segment), data: { verb },
    }));
  };
  offer("close_all");
  offer("ventilate");
  offer(segment.lock === "locked" || segment.own_lock ? "unlock" : "lock", "lock");
  offer(segment.sleep === "asleep" ? "wake" : "sleep");
  if (state.orders.includes("lock")) offer("park", "close_all");
  const columns = plan.aisles.map((aisle) => aisle.after).filter((c) => c !== null).slice(0, plan.aisles.length - 1);
  row.append(button(say("lock_out"), () => askFor(state, segment, "lock_out", {}, say("lock_out"), [
    { id: "column", label: say("whichColumn"), options: columns.map((c) => [c, c]) },
    { id: "reason", label: say("why") },
  ], ({ column, reason }) => ({ column: Number(column), reason })), { data: { verb: "lock_out" } }));
  return row;
}

function drawConfirmations(state, segment, node) {
  const needs = segment.trip?.needs ?? (segment.phase === "faulted" ? "confirmation" : null);
  if (needs === "confirmation" || needs === "walk_round") {
    const what = needs === "walk_round" ? "walked" : "fit";
    node.append(button(say(what), () => sign({
      title: say(what), path: "/api/confirm", body: () => ({ what, bank: state.bank, segment: segment.segment }),
    }), { className: "main", data: { confirm: what } }));
  }
}

function drawArmed(state, plan, segment) {
  const armed = segment.armed;
  if (!armed) return null;
  const what = sayWish(armed, plan);
  return make("div", { className: "armed" },
    make("p", { textContent: say("armed", armed.actor.name, what) }),
    button(say("start"), () => sign({
      title: `${say("start")}: ${what}`, path: "/api/start", unseen: unseenOf(segment),
      body: () => ({ bank: state.bank, segment: segment.segment }),
    }), { className: "main", data: { start: segment.segment } }));
}

function drawSegment(state, plan, segment, people, setback, passedMs) {
  const left = segment.phase === "moving" && segment.remaining_s ? ` — ${say("secondsLeft", Math.ceil(segment.remaining_s))}` : "";
  const mode = segment.mode === "normal" ? "" : ` · ${sayOf("mode", segment.mode)}`;
  const node = make("section", { className: "segment", data: { segment: plan.segment } },
    make("h3", { textContent: say("segment", plan.segment) }),
    line(`phase ${segment.phase}`, sayOf("phase", segment.phase) + left + mode),
    setback ? line("why setback", saySetback(setback, plan)) : null,
    drawArmed(state, plan, segment), drawStrip(state, plan, segment));
  drawHolds(state, segment, node, people);
  drawReasons(state, segment, node);
  drawConfirmations(state, segment, node);
  node.append(drawVerbs(state, plan, segment));
  const readings = drawReadings(state, plan, segment, passedMs);
  if (readings) node.append(readings);
  return node;
}

function drawLockOuts(state, node) {
  for (const out of state.lock_outs) {
    const segment = state.segments[0];
    node.append(make("div", { className: "held" },
      make("span", { textContent: say("lockedOut", out.column, out.actor.name, out.reason) }),
      button(say("lift_lock_out"), () => askFor(state, segment, "lift_lock_out", { column: out.column }), { data: { act: `lift-${out.column}` } })));
  }
}

export function drawBank(plan, state, heardAt, people, setbacks, stop) {
  const age = state ? Math.round((state.age_ms + Date.now() - heardAt) / 1000) : null;
  const stale = age === null || age > STALE_S || !state.online;
  const canStop = !state || state.orders.length === 0 || state.orders.includes("stop");
  const stopPart = canStop
    ? [button(say("stop"), () => stop(plan.bank), { className: "stop" }), line("quiet", say("stopNote"))]
    : [line("why", say("noStop"))];
  const node = make("article", { className: stale ? "stale" : "", data: { bank: plan.bank } },
    make("div", { className: "top" },
      make("div", {},
        make("h2", { tabIndex: -1, textContent: pick([plan.name.zh, plan.name.en]) }),
        line("quiet", (age === null ? "" : say("age", age)) + (stale ? ` · ${say("stale")}` : ""))),
      make("div", {}, ...stopPart)));
  if (!state) return node;
  drawLockOuts(state, node);
  for (const part of plan.segments) {
    const segment = state.segments.find((s) => s.segment === part.segment);
    const setback = setbacks.find((one) => one.bank === plan.bank && one.segment === part.segment);
    if (segment) node.append(drawSegment(state, part, segment, people, setback, Date.now() - heardAt));
  }
  return node;
}
