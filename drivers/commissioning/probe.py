"""Asks every device of a room who it is and what it sees. It only reads.

`stackroom check FILE --probe` prints what is found here. A room agent that is running holds the
serial lines and the readers, so it must be ended first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

from config.clock import Clock
from config.commissions import BadProfile as BadShelvingProfile
from config.geometry import segments_of
from config.room import (
    SHELVING,
    AirUnit,
    AnyReader,
    ChafonReader,
    Device,
    LlrpReader,
    M100Reader,
    ModbusShelving,
    OutputModule,
    Probe,
    R2000Reader,
    Room,
    SensorInputs,
    SerialAddress,
    Shelving,
    TcpAddress,
    ThingMagicReader,
)
from config.shelving import Commissions, find_commission, is_simulated
from drivers.bus import Bus, open_bus
from drivers.bus.ports import list_ports
from drivers.climate.broker import Access
from drivers.commissioning.air import ask_air, list_hints, list_unfit
from drivers.errors import DriverError
from drivers.inputs.modbus import connect_inputs
from drivers.ports import ShelvingMotion
from drivers.readings import BankReading, Check, SegmentReading
from drivers.rfid.chafon import reader as chafon
from drivers.rfid.llrp.reader import read_capabilities
from drivers.rfid.m100 import reader as m100
from drivers.rfid.r2000 import reader as r2000
from drivers.rfid.thingmagic import reader as thingmagic
from drivers.room.motion import INTERLOCKS
from drivers.shelving.connect import connect_bank

PROBE_S = 15.0
"""No device gets longer to answer everything."""


Buses = dict[TcpAddress | SerialAddress, Bus]
_NO_ACCESS = Access()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one device said; `wrong` holds what does not fit the room file, or why it is silent."""

    device: str
    driver: str
    said: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.wrong

    def __str__(self) -> str:
        verdict = "; ".join(self.wrong) if self.wrong else "answers and fits"
        return f"{self.device} ({self.driver}): {'; '.join((verdict, *self.said))}"


async def probe_room(
    room: Room, commissions: Commissions, clock: Clock, access: Access = _NO_ACCESS
) -> AsyncIterator[Finding]:
    """Ask one device after the other; nothing is written to any of them."""
    async with AsyncExitStack() as stack:
        buses: Buses = {}
        for address in list_ports(room):
            buses[address] = await stack.enter_async_context(open_bus(address, clock))
        for device in room.devices:
            yield await _probe(device, room, commissions, buses, clock, access)


async def _probe(
    device: Device,
    room: Room,
    commissions: Commissions,
    buses: Buses,
    clock: Clock,
    access: Access,
) -> Finding:
    try:
        async with asyncio.timeout(PROBE_S):
            if isinstance(device, Probe | AirUnit):
                said, wrong = await ask_air(device, buses, clock, access)
                wrong = (*wrong, *list_unfit(device, room))
            else:
                said, wrong = await _ask(device, room, commissions, buses, clock)
    except DriverError as error:
        said, wrong = tuple(list_hints(device)), (error.message,)
    except BadShelvingProfile as error:
        said, wrong = (), (str(error),)
    except TimeoutError:
        said, wrong = (), (f"did not answer everything within {PROBE_S:g} s",)
    return Finding(device=device.id, driver=device.driver, said=tuple(said), wrong=tuple(wrong))


async def _ask(
    device: Device, room: Room, commissions: Commissions, buses: Buses, clock: Clock
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    match device:
        case LlrpReader():
            capabilities = await read_capabilities(device, clock)
            said, wrong = _judge_reader(device, capabilities.max_antennas)
            return (*capabilities.words(), *said), wrong
        case R2000Reader():
            described = await r2000.read_description(device, clock)
            said, wrong = _judge_reader(device, described.ports or 0)
            return (*described.words(), *said), wrong
        case ChafonReader():
            known = await chafon.read_description(device, clock)
            said, wrong = _judge_reader(device, 1 if device.model == "18" else 0)
            return (*known.words(), *said), wrong
        case M100Reader():
            module = await m100.read_description(device, clock)
            said, wrong = _judge_reader(device, 1)
            return (*module.words(), *said), wrong
        case ThingMagicReader():
            found = await thingmagic.read_description(device, clock)
            said, wrong = _judge_reader(device, max(found.detected or (0,)))
            return (*found.words(), *said), wrong
        case SensorInputs():
            async with connect_inputs(buses[device.at], device) as inputs:
                levels = (await inputs.read_inputs()).levels
            return (", ".join(f"input {at} is {int(level)}" for at, level in levels.items()),), ()
        case OutputModule():
            return await _ask_outputs(buses[device.at], device, room), ()
    assert isinstance(device, SHELVING)
    connect = connect_bank(device, room, buses, clock, commissions)
    async with connect() as port:
        return await _ask_bank(port, device, room, commissions)


async def _ask_outputs(bus: Bus, device: OutputModule, room: Room) -> tuple[str, ...]:
    """Read the coils of the sounders that hang on a module; nothing is switched."""
    contacts = [door.sounder for door in room.doors if door.sounder is not None]
    numbers = sorted({each.number for each in contacts if each.device == device.id}) or [0]
    levels = [
        (await bus.read_bits(device.unit, at, 1, function="coils", device=device.id)).values[0]
        for at in numbers
    ]
    return (", ".join(f"coil {at} is {int(on)}" for at, on in zip(numbers, levels, strict=True)),)


async def _ask_bank(
    port: ShelvingMotion, device: Shelving, room: Room, commissions: Commissions
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    bank = await port.read_bank()
    numbers = [part.segment for part in segments_of(room.bank(device.bank))]
    steels = [await port.read_segment(number) for number in numbers]
    columns = await port.read_columns()
    signed_simulated = is_simulated(room, device, commissions)
    said = [
        "simulated" if bank.simulated or signed_simulated else "real steel",
        f"{len(columns)} columns, {len(steels)} segments",
        *_describe_abilities(port, room, device),
        *(line for steel in steels for line in _describe_segment(steel)),
        *_describe_bank(bank),
    ]
    signed = bank.simulated and isinstance(device, ModbusShelving)
    if not signed and find_commission(room, device, commissions) is None:
        said.append("not commissioned, so nothing moves: stackroom commission does it")
    return tuple(said), ()


def _describe_abilities(port: ShelvingMotion, room: Room, device: Shelving) -> Iterator[str]:
    seen = port.abilities.interlocks_seen
    covered = {
        sensor.says
        for module in room.devices
        if isinstance(module, SensorInputs)
        for sensor in module.inputs
        if sensor.bank == device.bank and sensor.says != "start_button"
    }
    unseen = [name for name in INTERLOCKS if name not in seen | covered]
    yield f"commands are {port.abilities.guarantee.value}"
    if not port.abilities.stops:
        yield "cannot be stopped from here"
    if covered - seen:
        yield f"seen by our own sensors: {', '.join(sorted(covered - seen))}"
    if unseen:
        yield f"seen by nobody, so a person at the bank must confirm: {', '.join(unseen)}"


def _describe_segment(steel: SegmentReading) -> Iterator[str]:
    where = ", ".join(map(str, steel.open_aisles)) or "nowhere"
    trip = "" if steel.trip is None else f", trip {steel.trip.code} (raw {steel.trip.raw})"
    yield f"segment {steel.segment} {steel.state.value}, open aisle {where}{trip}"


def _describe_bank(bank: BankReading) -> Iterator[str]:
    unsafe = [name for name, check in bank.interlocks.items() if check is Check.UNSAFE]
    if unsafe:
        yield f"not safe now: {', '.join(sorted(unsafe))}"


def _judge_reader(device: AnyReader, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    highest = max(antenna.antenna for antenna in device.antennas)
    said = (
        f"{most} antenna{'' if most == 1 else 's'}"
        if most
        else "does not say how many antennas it has",
    )
    wrong = (f"the file names antenna {highest}",) if most and highest > most else ()
    return said, wrong
