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
