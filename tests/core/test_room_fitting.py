"""A room file whose parts cannot work together is refused, with the path and the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from config.climate import Regulator
from config.devices import Device
from config.fitting import list_flaws
from config.load import BadFile, load_room, shipped_room

Spoil = Callable[[dict[str, Any]], object]


def device(room: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(d for d in room["devices"] if d["id"] == name)
    return found


def bank(room: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = room["banks"][number - 1]
    return found


CASES: dict[str, tuple[Spoil, str, str]] = {
    "two units of one number on one line": (
        lambda room: device(room, "probe-1").update(unit=1),
        "devices[4].unit",
        "shelving-1 has this unit number",
    ),
    "one line at two speeds": (
        lambda room: device(room, "probe-1")["at"].update(baud=4800),
        "devices[4].at",
        "runs at 9600 baud",
    ),
    "two fixed columns where the maker has one": (
        lambda room: bank(room, 2).update(fixed=[1, 7]),
        "banks[1].fixed",
        "one fixed column",
    ),
    "no fixed column where the maker has one": (
        lambda room: bank(room, 3).update(fixed=[]),
        "banks[2].fixed",
        "one fixed column",
    ),
    "two open aisles where the maker cannot choose": (
        lambda room: bank(room, 2).update(gaps=2),
        "banks[1].gaps",
        "which of two aisles",
    ),
    "parking away from the fixed column's far end": (
        lambda room: bank(room, 3).update(park_at="first_aisle"),
        "banks[2].park_at",
        "last_aisle",
    ),
    "a sensor in a bank that is not there": (
        lambda room: device(room, "inputs-1")["inputs"][0].update(bank=9),
        "devices[3].inputs[0].bank",
        "the room has banks [1, 2, 3]",
    ),
    "a sensor in a segment that is not there": (
        lambda room: device(room, "inputs-1")["inputs"][0].update(segment=3),
        "devices[3].inputs[0].segment",
        "segments 1 to 2",
    ),
    "a sensor in an aisle that is not there": (
        lambda room: device(room, "inputs-1")["inputs"][0].update(aisle=4),
        "devices[3].inputs[0].aisle",
        "aisles 0 to 3",
    ),
    "a sensor in an aisle of no segment": (
        lambda room: device(room, "inputs-1")["inputs"][2].update(aisle=1),
        "devices[3].inputs[2].aisle",
        "needs its segment",
    ),
    "one contact that says two things": (
        lambda room: device(room, "inputs-1")["inputs"][1].update(input=0),
        "devices[3].inputs[1].input",
        "another line names this input",
    ),
    "a device with the room's own name": (
        lambda room: device(room, "probe-1").update(id="room"),
        "devices[4].id",
        "the room itself",
    ),
    "forbidden addresses that end before they begin": (
        lambda room: device(room, "shelving-1").update(
            reads={"forbidden": [{"first": 9, "last": 3}]}
        ),
        "devices[0].reads.forbidden[0].last",
        "9 or more",
    ),
    "more columns than the map has registers for": (
        lambda room: bank(room, 1).update(columns=60, fixed=[60]),
        "banks[0].columns",
        "at most 43 movable columns",
    ),
    "slots beyond the bank": (
        lambda room: bank(room, 3).update(fixed=[9]),
        "banks[2].fixed[0]",
        "columns 1 to 6",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_work_is_refused_with_path_and_reason(name: str, tmp_path: Path) -> None:
    spoil, path, reason = CASES[name]
    room = yaml.safe_load(shipped_room("vendors").read_text(encoding="utf-8"))
    spoil(room)
    file = tmp_path / "room.yaml"
    file.write_text(yaml.safe_dump(room, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadFile) as failure:
        load_room(file)
    told = {problem.path: problem for problem in failure.value.problems}
    assert path in told, failure.value
    assert reason in told[path].allowed
    assert told[path].line is not None


def test_the_room_of_three_makers_fits() -> None:
    assert len(load_room(shipped_room("vendors")).devices) == 13


def test_relays_of_one_board_share_its_unit_and_no_coil() -> None:
    board = {"driver": "climate.relay", "name": {"zh": "一", "en": "one"}, "unit": 9}
    wire = {"host": "127.0.0.1", "port": 5502}

    def relays(*coils: int) -> list[dict[str, Any]]:
        return [
            {**board, "id": f"relay-{number}", "at": wire, "coil": coil}
            for number, coil in enumerate(coils, start=1)
        ]

    assert flaws_of_devices(relays(0, 1)) == []
    assert flaws_of_devices(relays(4, 4)) == ["relay-1 hangs on this coil"]
    taken = [*relays(0), {"driver": "output.modbus", "id": "out-1", "at": wire, "unit": 9}]
    assert flaws_of_devices(taken) == ["relay-1 has this unit number on the same wire"]


def flaws_of_devices(lines: list[dict[str, Any]]) -> list[str]:
    devices = [TypeAdapter(Device).validate_python(line) for line in lines]
    return [flaw.allowed for flaw in list_flaws("R1", (), devices)]


def test_a_humidifier_may_hold_on_blindly_only_for_a_time_that_is_said() -> None:
    blind = {"unit": "u-1", "does": "humidify", "zone": "room", "fail": "hold"}
    with pytest.raises(ValidationError, match=r"guard\.max_on_s"):
        Regulator.model_validate(blind)
    assert Regulator.model_validate(blind | {"guard": {"max_on_s": 3600}}).fail == "hold"
    assert Regulator.model_validate(blind | {"does": "dry"}).fail == "hold"
