"""Acts as a page or another process asks for them: a name and values, checked before they act."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from simulators import acts, climate_acts, handling
from simulators.finding import Impossible
from simulators.world import World

Act = Callable[..., World]

ACTS: Mapping[str, Act] = {
    act.__name__: act
    for act in (
        acts.take_box,
        acts.put_box,
        handling.take_file,
        handling.put_file,
        handling.lay_on_desk,
        handling.take_up,
        handling.load_trolley,
        handling.park_trolley,
        handling.carry,
        handling.swap_boxes,
        handling.misplace_box,
        handling.bring_stray,
        handling.kill_tag,
        handling.revive_tag,
        handling.encode_tag,
        handling.cut_antenna,
        handling.mend_antenna,
        acts.enter_aisle,
        acts.leave_aisle,
        acts.obstruct,
        acts.clear_obstruction,
        acts.block_entrance,
        acts.clear_entrance,
        acts.raise_protection,
        acts.clear_protection,
        acts.lock_at_steel,
        acts.unlock_at_steel,
        acts.fall_asleep,
        acts.wake_at_steel,
        acts.press_start_button,
        acts.release_start_button,
        acts.cut_sensor_wire,
        acts.mend_sensor_wire,
        acts.blind_sensor,
        acts.mend_sensor,
        acts.press_reset,
        acts.switch_local,
        acts.switch_remote,
        acts.open_e_stop,
        acts.close_e_stop,
        acts.insert_key,
        acts.remove_key,
        acts.engage_crank,
        acts.disengage_crank,
        acts.raise_fire,
        acts.clear_fire,
        acts.fail_power,
        acts.return_power,
        acts.fail_motor,
        acts.fail_limit_switch,
        acts.break_column,
        acts.jam,
        acts.mend,
        climate_acts.shift_air,
        climate_acts.change_weather,
        climate_acts.drift_probe,
        climate_acts.freeze_probe,
        climate_acts.misread_probe,
        climate_acts.unplug_sensor,
        climate_acts.silence_probe,
        climate_acts.answer_as,
        climate_acts.mend_probe,
        climate_acts.disobey,
        climate_acts.fill_tank,
        climate_acts.empty_tank,
        climate_acts.break_unit,
        climate_acts.mend_unit,
        climate_acts.switch_unit_by_hand,
        climate_acts.trip_contact,
        climate_acts.settle_contact,
    )
}

_WORDS = {int: "a whole number", float: "a number", str: "a text"}


def read_act(asked: Mapping[str, Any]) -> tuple[Act, dict[str, Any]]:
    """Find the act and its values; raise Impossible that says what is allowed."""
    name = asked.get("act")
    act = ACTS.get(name) if isinstance(name, str) else None
    if act is None:
        raise Impossible(f"there is no act {name!r}; there are {', '.join(ACTS)}")
    wanted = needs(act)
    given = {key: value for key, value in asked.items() if key != "act"}
    if given.keys() != wanted.keys():
        described = ", ".join(f"{key} ({_WORDS[kind]})" for key, kind in wanted.items())
        raise Impossible(f"{name} needs exactly: {described or 'nothing'}; got {sorted(given)}")
    return act, {key: _checked(key, given[key], kind) for key, kind in wanted.items()}


def needs(act: Act) -> dict[str, type]:
    """Say what an act needs, from its own signature."""
    hints = get_type_hints(act)
    return {key: hints[key] for key in inspect.signature(act).parameters if key != "world"}


def _checked(key: str, value: object, kind: type) -> Any:
    numeric = (int, float) if kind is float else (kind,)
    if isinstance(value, bool) or not isinstance(value, numeric):
        raise Impossible(f"{key} must be {_WORDS[kind]}, not {value!r}")
    return value
