"""What happens to the air, its probes, machines and contacts: acts on a world. Pure."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from config.room import ClimateUnit, ModbusProbe, Probe, SensorInputs
from simulators.finding import Impossible
from simulators.physics.climate_units import Unit
from simulators.physics.sensing import Sensor
from simulators.world import World

UNIT_FAULTS = ("sensor", "external_sensor", "filter", "low_absolute_humidity", "defrost")
"""What the Danvex AD-800 has fault bits for, the lowest first (its manual, page 22)."""
KNOWS_MISSING = frozenset({"huawei-02312pbl"})
"""The profiles of probes whose manual has a word for a sensor that is not there."""


def shift_air(world: World, *, temperature_c: float, humidity_pct: float) -> World:
    """Make the room warmer or damper than it would be by these amounts (0, 0 is as it would)."""
    air = replace(world.air, shift_c=temperature_c, shift_pct=humidity_pct)
    return replace(world, air=air)


def change_weather(world: World, *, temperature_c: float, humidity_pct: float) -> World:
    """Make it warmer or damper outside than it would be by these amounts."""
    air = replace(world.air, weather_c=temperature_c, weather_pct=humidity_pct)
    return replace(world, air=air)


def drift_probe(
    world: World, *, probe: str, temperature_c_day: float, humidity_pct_day: float
) -> World:
    """A sensor begins to stray from the truth, so much in a day; 0, 0 ends it."""
    sensor = replace(
        _sensor(world, probe),
        drift_c_day=temperature_c_day,
        drift_pct_day=humidity_pct_day,
        drifts_from_s=world.at_s,
    )
    return _with_sensor(world, probe, sensor)


def freeze_probe(world: World, *, probe: str) -> World:
    """A probe goes on telling what it tells now, for ever."""
    device = _probe(world, probe)
    told = world.sensed(probe, (device.plan_mm.x, device.plan_mm.y), device.zone)
    return _with_sensor(world, probe, replace(_sensor(world, probe), frozen=told))


def misread_probe(world: World, *, probe: str, humidity_pct: float) -> World:
    """A probe tells a humidity that no air has."""
    if not 0 <= humidity_pct <= 6553:
        raise Impossible(f"humidity_pct {humidity_pct:g} does not fit a register; 0 to 6553 do")
    return _with_sensor(world, probe, replace(_sensor(world, probe), shows_pct=humidity_pct))


def unplug_sensor(world: World, *, probe: str) -> World:
    """The sensing element of a probe comes off; the probe itself goes on answering."""
    device = _probe(world, probe)
    if device.profile not in KNOWS_MISSING:
        known = ", ".join(sorted(KNOWS_MISSING))
        raise Impossible(f"{device.profile} has no word for that; only {known} has")
    return _with_sensor(world, probe, replace(_sensor(world, probe), missing=True))


def silence_probe(world: World, *, probe: str) -> World:
    """A probe answers no more, and its neighbours on the line do."""
    return _with_sensor(world, probe, replace(_sensor(world, probe), silent=True))


def answer_as(world: World, *, probe: str, unit: int) -> World:
    """A probe signs its answers with another's unit id."""
    if not isinstance(_probe(world, probe), ModbusProbe):
        raise Impossible(f"{probe} is on no Modbus line; it has no unit id")
    if not 1 <= unit <= 247:
        raise Impossible(f"{unit} is no unit id; 1 to 247 are")
    return _with_sensor(world, probe, replace(_sensor(world, probe), answers_as=unit))


def mend_probe(world: World, *, probe: str) -> World:
    """A probe is as good as new."""
    _probe(world, probe)
    rest = {name: sensor for name, sensor in world.sensors.items() if name != probe}
    return replace(world, sensors=MappingProxyType(rest))


def disobey(world: World, *, unit: str) -> World:
    """A machine takes commands and does nothing of the sort."""
    return world.with_unit(replace(_unit(world, unit), disobeys=True))


def fill_tank(world: World, *, unit: str) -> World:
    """A machine's water tank is full: it stops, and its contact says so."""
    return world.with_unit(replace(_unit(world, unit), tank_full=True))


def empty_tank(world: World, *, unit: str) -> World:
    """Somebody empties a machine's tank."""
    return world.with_unit(replace(_unit(world, unit), tank_full=False))


def break_unit(world: World, *, unit: str, fault: str) -> World:
    """Something is wrong with a machine, by its name; a relay's machine is just "broken"."""
    found = _unit(world, unit)
    device = next(each for each in world.room.devices if each.id == unit)
    allowed = UNIT_FAULTS if isinstance(device, ClimateUnit) else ("broken",)
    if fault not in allowed:
        raise Impossible(f"{unit} cannot have {fault!r}; it can have {', '.join(allowed)}")
    return world.with_unit(replace(found, faults=found.faults | {fault}))


def mend_unit(world: World, *, unit: str) -> World:
    """A machine is whole, obeys, and has room in its tank."""
    sound = replace(_unit(world, unit), disobeys=False, tank_full=False, faults=frozenset())
    return world.with_unit(sound)


def switch_unit_by_hand(world: World, *, unit: str, on: int) -> World:
    """Somebody presses the button on the machine itself; 1 is on, 0 is off."""
    if on not in (0, 1):
        raise Impossible(f"on is 1 or 0, not {on}")
    return world.with_unit(replace(_unit(world, unit), on=bool(on)))


def trip_contact(world: World, *, device: str, input: int) -> World:
    """What a contact of the air watches is there: smoke, water, an open door, rain."""
    _require_contact(world, device, input)
    return replace(world, tripped=world.tripped | {(device, input)})


def settle_contact(world: World, *, device: str, input: int) -> World:
    """What a contact of the air watches is over."""
    _require_contact(world, device, input)
    return replace(world, tripped=world.tripped - {(device, input)})


def _probe(world: World, name: str) -> Probe:
    probes = {probe.id: probe for probe in world.room.probes()}
    if name not in probes:
        raise Impossible(f"there is no probe {name!r}; the room has {', '.join(probes) or 'none'}")
    return probes[name]


def _sensor(world: World, probe: str) -> Sensor:
    _probe(world, probe)
    return world.sensor_of(probe)


def _with_sensor(world: World, probe: str, sensor: Sensor) -> World:
    return replace(world, sensors=MappingProxyType({**world.sensors, probe: sensor}))


def _unit(world: World, name: str) -> Unit:
    if name not in world.units:
        known = ", ".join(world.units) or "none"
        raise Impossible(f"there is no unit {name!r}; the room has {known}")
    return world.units[name]


def _require_contact(world: World, device: str, number: int) -> None:
    contacts = [
        (module.id, contact.input)
        for module in world.room.devices
        if isinstance(module, SensorInputs)
        for contact in module.air
    ]
    if (device, number) not in contacts:
        known = ", ".join(f"{name} {place}" for name, place in contacts) or "none"
        raise Impossible(f"{device} has no contact of the air at {number}; the room has {known}")
