"""`stackroom check --probe` asks probes and units of the air; it switches nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from config.climate import Regulator
from config.load import load_room, shipped_room
from config.room import Room
from drivers.commissioning.air import list_hints
from drivers.commissioning.probe import Finding, probe_room
from simulators.harness import LoopClock, run_fast
from tests.contract.modbus_slave import Slave, rtu_slave
from tests.contract.test_climate_unit import MACHINES, device_of
from tests.contract.test_mqtt_probe import device_of as mqtt_device_of

SMALL = load_room(shipped_room("small"))


def found_of(kind: str, *, regulated: bool = False) -> Finding:
    """Probe a room with one unit."""
    found: list[Finding] = []

    async def scenario() -> None:
        slave = Slave(MACHINES[kind]().answer)
        async with rtu_slave(slave) as at:
            found.extend(await probe(device_of(kind, at), regulated=regulated))
        assert not [pdu for _, pdu in slave.asked if pdu[0] in (5, 6, 15, 16)]

    run_fast(scenario)
    return found[0]


async def probe(device: Any, *, regulated: bool = False) -> list[Finding]:
    regulator = Regulator.model_validate({"unit": device.id, "does": "dry", "zone": "room"})
    climate = SMALL.climate.model_copy(update={"regulators": (regulator,) if regulated else ()})
    room: Room = SMALL.model_copy(update={"devices": (device,), "climate": climate})
    return [finding async for finding in probe_room(room, {}, LoopClock())]


def test_a_dehumidifier_tells_what_it_does_measures_and_misses() -> None:
    found = found_of("danvex-ad-800")
    assert found.fits
    assert found.said[:3] == (
        "is off",
        "reads -5.0 °C, 61.0 %RH, 7.0 °C",
        "is set to 50 %RH",
    )
    assert "reports faults: sensor, filter" in found.said
    assert "tells: defrost" in found.said


def test_a_unit_that_a_regulator_names_and_nothing_can_switch_does_not_fit() -> None:
    found = found_of("sentera-dxh", regulated=True)
    assert found.wrong == (
        "a regulator of the room file names it, but nothing of it can be switched",
    )
    assert found_of("sentera-dxh").fits
    assert found_of("danvex-ad-800", regulated=True).fits


def test_a_relay_tells_its_coil() -> None:
    assert found_of("relay").said == ("is off",)


def test_a_unit_that_is_away_says_how_it_leaves_the_factory() -> None:
    device = device_of("zl-7850r", {"path": "/dev/ttyS99", "baud": 19200, "parity": "E"})
    assert list(list_hints(device)) == [
        "leaves the factory at 9600 8N1, the room file says 19200 8E1"
    ]
    (found,) = asyncio.run(probe(device))
    assert not found.fits
    assert "leaves the factory at 9600 8N1" in str(found)


def test_a_probe_behind_a_broker_that_is_away_says_so() -> None:
    (found,) = asyncio.run(probe(mqtt_device_of(1)))
    assert "broker 127.0.0.1:1: " in str(found)
    assert not found.fits
