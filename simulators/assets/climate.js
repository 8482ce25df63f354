// The page's part on the air: probes, machines, contacts, and what can happen to them.
const AIR_ACTS = ["shift_air", "change_weather"];
const PROBE_ACTS = ["freeze_probe", "unplug_sensor", "silence_probe", "mend_probe"];
const UNIT_ACTS = ["disobey", "fill_tank", "empty_tank", "mend_unit"];
const CONTACT_ACTS = ["trip_contact", "settle_contact"];

/** Put the buttons of the air on the page. */
export function addClimate({ $, act, buttons, word }) {
  const more = () => ({ temperature_c: Number($("more-c").value), humidity_pct: Number($("more-pct").value) });
  const probe = () => $("probe").value;
  const unit = () => $("unit").value;
  buttons($("air-acts"), AIR_ACTS, (name) => act(name, more()));
  buttons($("probe-acts"), PROBE_ACTS, (name) => act(name, { probe: probe() }));
  buttons($("probe-acts"), ["drift_probe"], (name) => act(name, {
    probe: probe(), temperature_c_day: more().temperature_c, humidity_pct_day: more().humidity_pct,
  }));
  buttons($("probe-acts"), ["misread_probe"], (name) => act(name, { probe: probe(), humidity_pct: 140 }));
  buttons($("probe-acts"), ["answer_as"], (name) =>
    act(name, { probe: probe(), unit: Number($("as-unit").value) }));
  buttons($("unit-acts"), UNIT_ACTS, (name) => act(name, { unit: unit() }));
  buttons($("unit-acts"), ["break_unit"], (name) =>
    act(name, { unit: unit(), fault: $("unit-fault").value }, word(`fault_${$("unit-fault").value}`)));
  for (const [label, on] of [["hand_on", 1], ["hand_off", 0]]) {
    buttons($("unit-acts"), [label], () => act("switch_unit_by_hand", { unit: unit(), on }, word(label)));
  }
  buttons($("contact-acts"), CONTACT_ACTS, (name) => {
    const [device, input] = $("contact").value.split("/");
    return act(name, { device, input: Number(input) });
  });
}

/** Show how the air is, what the probes say of it, and what works on it. */
export function tellClimate(air, language, { $, element, fill, row, word }) {
  const said = (climate) => climate === null ? word("nothing")
    : `${climate.temperature_c.toFixed(1)} °C · ${climate.humidity_pct.toFixed(1)} % RH`;
  $("climate").textContent = `${said(air)} · ${word("outdoors")} ${said(air.outside)}`;
  const bad = (names) => element("td", { class: names.length ? "bad" : "" }, names.join(", ") || word("none"));
  $("probe-form").hidden = air.probes.length === 0;
  fill($("probe"), air.probes.map((p) => [p.probe, `${p.probe} ${p.name[language]} (${p.profile})`]));
  $("probes").replaceChildren(...air.probes.map((p) => row(
    p.probe, p.zone ?? word("none"), said(p.is), said(p.tells), bad(p.troubles.map((name) => word(name))))));
  $("unit-form").hidden = air.units.length === 0;
  fill($("unit"), air.units.map((u) => [u.unit, `${u.unit} (${u.profile})`]));
  fill($("unit-fault"), air.unit_faults.map((name) => [name, word(`fault_${name}`)]));
  $("units").replaceChildren(...air.units.map((u) => {
    const state = word(u.runs ? "runs" : u.on ? "waits" : "is_off") +
      (u.set_pct === null ? "" : ` → ${u.set_pct} %`);
    const troubles = u.faults.map((name) => word(`fault_${name}`));
    if (u.disobeys) troubles.push(word("disobeys"));
    if (u.tank_full) troubles.push(word("contact_tank_full"));
    return row(u.unit, word(`does_${u.does}`), state, bad(troubles));
  }));
  $("contact-form").hidden = air.contacts.length === 0;
  fill($("contact"), air.contacts.map((c) => [
    `${c.device}/${c.input}`,
    `${c.device} ${c.input}: ${word(`contact_${c.says}`)}${c.there ? ` (${word("there_now")})` : ""}`,
  ]));
}
