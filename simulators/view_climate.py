"""The air of the world as JSON: zones outside and in, probes, machines, contacts. Pure."""

from __future__ import annotations

from typing import Any

from config.room import ClimateUnit, Probe, SensorInputs
from simulators.climate_acts import KNOWS_MISSING, UNIT_FAULTS
from simulators.physics.air import outside_of
from simulators.physics.climate_units import Unit
from simulators.physics.sensing import Sensor
from simulators.physics.weather import Climate
from simulators.world import World


def show_climate(world: World) -> dict[str, Any]:
    """Show the air in the middle of the room and outside, and everything that concerns it."""
    middle = world.room.size_mm
    return {
        **_air(world.climate((middle.x // 2, middle.y // 2))),
        "outside": _air(outside_of(world.air, world.house, world.at_s)),
        "probes": [_probe(world, device) for device in world.room.probes()],
        "units": [_unit(world, unit) for unit in world.units.values()],
        "contacts": [
            {
                "device": device.id,
                "input": contact.input,
                "says": contact.says,
                "there": world.trouble(device.id, contact),
            }
            for device in world.room.devices
            if isinstance(device, SensorInputs)
            for contact in device.air
        ],
        "unit_faults": [*UNIT_FAULTS, "broken"],
    }


def _air(air: Climate) -> dict[str, float]:
    return {
        "temperature_c": round(air.temperature_c, 2),
        "humidity_pct": round(air.humidity_pct, 2),
    }


def _probe(world: World, device: Probe) -> dict[str, Any]:
    place_mm = (device.plan_mm.x, device.plan_mm.y)
    told = world.sensed(device.id, place_mm, device.zone)
    sensor = world.sensor_of(device.id)
    return {
        "probe": device.id,
        "name": device.name.model_dump(),
        "zone": device.zone,
        "profile": device.profile,
        "is": _air(world.climate(place_mm, device.zone)),
        "tells": None if told is None or sensor.silent else _air(told),
        "troubles": _troubles(sensor),
        "can_unplug": device.profile in KNOWS_MISSING,
    }


def _troubles(sensor: Sensor) -> list[str]:
    standing = {
        "drifts": sensor.drift_c_day != 0 or sensor.drift_pct_day != 0,
        "frozen": sensor.frozen is not None,
        "misreads": sensor.shows_pct is not None,
        "unplugged": sensor.missing,
        "keeps_silent": sensor.silent,
        "answers_as_another": sensor.answers_as is not None,
    }
    return [name for name, stands in standing.items() if stands]


def _unit(world: World, unit: Unit) -> dict[str, Any]:
    device = next(each for each in world.room.devices if each.id == unit.id)
    return {
        "unit": unit.id,
        "profile": device.profile if isinstance(device, ClimateUnit) else "relay",
        "does": unit.does,
        "on": unit.on,
        "runs": unit.runs,
        "set_pct": unit.set_pct,
        "fan": unit.fan,
        "disobeys": unit.disobeys,
        "tank_full": unit.tank_full,
        "faults": sorted(unit.faults),
    }
