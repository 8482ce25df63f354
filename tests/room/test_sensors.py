"""Which interlocks contacts of our own cover, and what they say when several look at one thing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from config.room import SensorInputs
from drivers.errors import LinkLost
from drivers.ports import InputReading
from drivers.readings import Check
from drivers.room.sensors import YOUNG_S, Sensors, worst
from simulators.harness import run_fast


class StandingClock:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.at_s = 100.0

    def monotonic(self) -> float:
        return self.at_s

    def now(self) -> Any:
        raise AssertionError("nobody asks sensors for the date")


class Module:
    """A module whose levels a test sets; `None` for one that does not answer."""

    def __init__(self, clock: StandingClock, levels: Mapping[int, bool] | None) -> None:
        self.levels = levels
        self.clock = clock

    async def read_inputs(self, *, urgent: bool = False) -> InputReading:
        if self.levels is None:
            raise LinkLost("inputs-1", "cut")
        return InputReading(self.levels, self.clock.at_s)


def sensors_of(
    clock: StandingClock, levels: Mapping[int, bool] | None, *inputs: dict[str, Any]
) -> Sensors:
    wired = [{"input": at, "bank": 1, **contact} for at, contact in enumerate(inputs)]
    device = SensorInputs.model_validate(
        {
            "driver": "input.modbus",
            "id": "inputs-1",
            "at": {"host": "127.0.0.1", "port": 1},
            "inputs": wired,
        }
    )
    sensors = Sensors([device], roster=None, clock=clock)  # type: ignore[arg-type]  # tells nobody
    sensors._modules["inputs-1"] = Module(clock, levels)
    return sensors


def test_occupancy_is_covered_only_if_every_aisle_is() -> None:
    clock = StandingClock()
    aisles = [{"says": "occupancy", "segment": 1, "aisle": aisle} for aisle in range(3)]
    some = sensors_of(clock, {}, *aisles[:2], {"says": "fire"})
    assert some.covered(1, 1, 3) == {"fire"}
    assert sensors_of(clock, {}, *aisles).covered(1, 1, 3) == {"occupancy"}
    whole = sensors_of(clock, {}, {"says": "occupancy", "segment": 1})
    assert whole.covered(1, 1, 3) == {"occupancy"}
    assert whole.covered(1, 2, 3) == whole.covered(2, 1, 3) == frozenset()


def test_a_start_button_covers_nothing_and_is_not_waited_for() -> None:
    clock = StandingClock()
    sensors = sensors_of(clock, {0: True}, {"says": "start_button"})
    assert sensors.covered(1, 1, 3) == frozenset()
    asyncio.run(sensors.refresh(1))
    assert sensors._readings == {}


@pytest.mark.parametrize("safe_when", [0, 1])
def test_each_contact_has_its_own_level_for_safe(safe_when: int) -> None:
    clock = StandingClock()
    contact = {"says": "entrance", "safe_when": safe_when}
    for level, check in ((bool(safe_when), Check.SAFE), (not safe_when, Check.UNSAFE)):
        sensors = sensors_of(clock, {0: level}, contact)
        asyncio.run(sensors.refresh(1))
        assert sensors.sensed(1, 1, 3).checks == {"entrance": check}


def test_an_aisle_with_two_contacts_is_empty_only_if_both_say_so() -> None:
    clock = StandingClock()
    contacts = ({"says": "occupancy"}, {"says": "occupancy", "segment": 1, "aisle": 1})
    sensors = sensors_of(clock, {0: True, 1: False}, *contacts)
    asyncio.run(sensors.refresh(1))
    said = sensors.sensed(1, 1, 3)
    assert said.occupancy == {0: Check.SAFE, 1: Check.UNSAFE, 2: Check.SAFE}
    assert worst(Check.UNKNOWN, Check.SAFE) is worst(Check.SAFE, Check.UNKNOWN) is Check.UNKNOWN


def test_what_is_old_or_cannot_be_read_is_unknown() -> None:
    clock = StandingClock()
    sensors = sensors_of(clock, {0: True}, {"says": "fire"})
    assert sensors.sensed(1, 1, 3).checks == {"fire": Check.UNKNOWN}
    asyncio.run(sensors.refresh(1))
    assert sensors.sensed(1, 1, 3).checks == {"fire": Check.SAFE}
    clock.at_s += YOUNG_S + 0.1
    assert sensors.sensed(1, 1, 3).checks == {"fire": Check.UNKNOWN}
    asyncio.run(sensors.refresh(1))
    assert sensors.sensed(1, 1, 3).at_s == clock.at_s
    sensors._modules["inputs-1"] = Module(clock, None)
    asyncio.run(sensors.refresh(1))
    assert sensors.sensed(1, 1, 3).checks == {"fire": Check.UNKNOWN}


SMOKE_AND_LEAK = {
    "driver": "input.modbus",
    "id": "inputs-1",
    "at": {"host": "127.0.0.1", "port": 1},
    "air": [
        {"input": 0, "says": "smoke"},
        {"input": 1, "says": "leak", "safe_when": 0},
        {"input": 7, "says": "door"},
    ],
}


class Roll:
    """A roster that nobody reads."""

    def up(self, _device: str) -> None:
        """Take no note."""


def told_air(*levels: Mapping[int, bool] | None) -> list[Mapping[int, bool | None]]:
    """Poll a module with air contacts; return what is told at each reading and at the end."""
    clock = StandingClock()
    module = Module(clock, None)
    device = SensorInputs.model_validate(SMOKE_AND_LEAK)
    told: list[Mapping[int, bool | None]] = []
    sensors = Sensors(
        [device],
        roster=Roll(),  # type: ignore[arg-type]
        clock=clock,
        take_air=lambda _device, safe: told.append(safe),
    )

    left = list(levels)

    class Script:
        async def read_inputs(self, *, urgent: bool = False) -> InputReading:
            module.levels = left.pop(0) if left else None
            return await module.read_inputs(urgent=urgent)

    async def run() -> None:
        with pytest.raises(LinkLost):
            await sensors._poll(device, Script(), lambda _contact: None)
        sensors._forget(device)

    run_fast(run)
    return told


def test_air_contacts_are_safe_by_their_own_polarity() -> None:
    well, smoke, leak = (
        {0: True, 1: False, 7: True},
        {0: False, 1: False, 7: True},
        {0: True, 1: True, 7: True},
    )
    assert told_air(well, smoke, leak)[:3] == [
        {0: True, 1: True, 7: True},
        {0: False, 1: True, 7: True},
        {0: True, 1: False, 7: True},
    ]


def test_a_broken_wire_of_a_contact_that_opens_on_alarm_reads_as_alarm() -> None:
    """All wires cut: every input reads 0, so whatever is safe at 1 is not."""
    (cut, _) = told_air({0: False, 1: False, 7: False})
    assert cut == {0: False, 1: True, 7: False}


def test_contacts_of_a_module_that_is_lost_are_known_by_nobody() -> None:
    assert told_air({0: True, 1: False, 7: True})[-1] == {0: None, 1: None, 7: None}


def test_a_contact_that_the_answer_lacks_is_known_by_nobody() -> None:
    assert told_air({0: True, 1: False})[0] == {0: True, 1: True, 7: None}
