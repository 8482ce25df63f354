"""What `check --probe` asks of probes and units of the air; nothing is written or switched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from config.clock import Clock
from config.quantities import quantities
from config.room import (
    AirUnit,
    ClimateUnit,
    Device,
    ModbusProbe,
    MqttProbe,
    Probe,
    Room,
    SerialAddress,
    TcpAddress,
)
from drivers.bus import Bus
from drivers.climate.broker import Access, Broker
from drivers.climate.probe import connect_probe
from drivers.climate.profile import BadProfile, SerialDefaults, load_probe_profile, load_profile
from drivers.climate.reports import MqttProfile
from drivers.climate.unit import connect_unit
from drivers.climate.unit_profile import load_unit_profile
from drivers.errors import NotReached
from drivers.ports import ClimateProbe
from drivers.readings import AirReading, UnitReading

REPORT_S = 5.0
"""So long a report is waited for; a probe behind a broker may tell one in ten minutes."""

Told = tuple[tuple[str, ...], tuple[str, ...]]
"""What a device said, and what is wrong with it."""


async def ask_air(
    device: Probe | AirUnit,
    buses: Mapping[TcpAddress | SerialAddress, Bus],
    clock: Clock,
    access: Access,
) -> Told:
    """Ask a device what it measures; raise DriverError if it does not answer."""
    match device:
        case ModbusProbe():
            async with connect_probe(buses[device.at], device) as probe:
                return (_describe_reading(await probe.read_climate()),), ()
        case MqttProbe():
            return await _hear(device, clock, access)
        case _:
            async with connect_unit(buses[device.at], device) as unit:
                return tuple(_describe_unit(await unit.read())), ()


def list_profile_flaws(room: Room) -> Iterator[str]:
    """Say which devices of the air name a profile that is not there or cannot be used."""
    for device in room.devices:
        try:
            match device:
                case ModbusProbe():
                    load_probe_profile(device.profile)
                case MqttProbe():
                    load_profile("probes", device.profile, MqttProfile)
                case ClimateUnit():
                    load_unit_profile(device.profile)
        except BadProfile as error:
            yield f"{device.id}: profile: {error}"


def list_unfit(device: Probe | AirUnit, room: Room) -> Iterator[str]:
    """Say what the room file wants of a unit that its make does not offer."""
    regulated = {regulator.unit for regulator in room.climate.regulators}
    if not isinstance(device, ClimateUnit) or device.id not in regulated:
        return
    if load_unit_profile(device.profile).switch is None:
        yield "a regulator of the room file names it, but nothing of it can be switched"


def list_hints(device: Device) -> Iterator[str]:
    """Say of a device that does not answer what its line may lack."""
    serial = _defaults_of(device)
    if serial is None or not isinstance(device.at, SerialAddress):
        return
    at = device.at
    if not serial.is_of(at):
        ours = f"{at.baud} 8{at.parity}{at.stop_bits}"
        yield f"leaves the factory at {serial.words()}, the room file says {ours}"


def _defaults_of(device: Device) -> SerialDefaults | None:
    try:
        match device:
            case ModbusProbe():
                return load_probe_profile(device.profile).serial
            case ClimateUnit():
                return load_unit_profile(device.profile).serial
            case _:
                return None
    except BadProfile:
        return None


async def _hear(device: MqttProbe, clock: Clock, access: Access) -> Told:
    broker = Broker([device], access, clock)
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(broker.run(), name=f"broker {broker.name}")
            try:
                why = await broker.turn()
                if why is not None:
                    raise NotReached(device.id, f"broker {broker.name}: {why}")
                async with broker.listen(device) as probe:
                    return (await _first_report(probe, device),), ()
            finally:
                running.cancel()
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        raise


async def _first_report(probe: ClimateProbe, device: MqttProbe) -> str:
    try:
        async with asyncio.timeout(REPORT_S):
            return _describe_reading(await probe.read_climate())
    except TimeoutError:
        return (
            f"its broker answers and grants {device.topic}; nothing was told there within "
            f"{REPORT_S:g} s, one report in {device.every_s:g} s is enough"
        )


def _describe_reading(air: AirReading) -> str:
    """List what was measured, with units, and what of it nobody should believe."""
    said = [
        _with_unit(name, value)
        + (f" ({name} is {air.suspect[name]})" if name in air.suspect else "")
        for name, value in air.values.items()
    ]
    return f"reads {', '.join(said)}"


def _describe_unit(unit: UnitReading) -> Iterator[str]:
    yield {True: "is on", False: "is off", None: "does not say whether it is on"}[unit.on]
    if unit.values:
        said = ", ".join(_with_unit(name, value) for name, value in unit.values.items())
        yield f"reads {said}"
    if unit.set_pct is not None:
        yield f"is set to {unit.set_pct:g} %RH"
    yield from (f"{name} is {value:g}" for name, value in unit.settings.items())
    if unit.faults:
        yield f"reports faults: {', '.join(unit.faults)}"
    if unit.notices:
        yield f"tells: {', '.join(unit.notices)}"


def _with_unit(name: str, value: float) -> str:
    known = quantities()[name]
    return f"{value:.{known.digits}f} {known.unit}"
