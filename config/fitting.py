"""What in a room file does not fit together, told by path: banks, wires, sensors. Pure.

What a file says by itself is checked in bank.py and devices.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from config.addresses import parse_address
from config.bank import Bank
from config.devices import (
    SHELVING,
    AirContact,
    ClimateRelay,
    Device,
    ModbusDevice,
    ModbusShelving,
    OutputModule,
    SensorInput,
    SensorInputs,
    Shelving,
)
from config.doors import Contact, Door
from config.parts import Flaw
from config.readers import DESK, READERS, LlrpReader, R2000Reader, ThingMagicReader, is_door
from config.wires import SerialAddress

INPUT_DEVICES = (LlrpReader, R2000Reader, ThingMagicReader, SensorInputs)
OUTPUT_DEVICES = (LlrpReader, R2000Reader, ThingMagicReader, OutputModule)
RESERVED_ID = "room"
"""Names the snapshot of the whole room on the link."""
_INPUTS_AT_ONCE = 2000
"""Most inputs that one Modbus question reads (Application Protocol V1.1b3, 6.1 and 6.2)."""
_MAP_AISLES, _MAP_SEGMENTS = 44, 15
"""What the reference map has registers for (docs/register-map.md)."""


def list_flaws(
    room: str, banks: Sequence[Bank], devices: Sequence[Device], doors: Sequence[Door] = ()
) -> list[Flaw]:
    """List all that does not fit together in a room."""
    return [
        *_repeated_banks(banks),
        *_repeated_ids(devices),
        *_shared_wires(devices),
        *_shared_units(devices),
        *_controllers(banks, devices),
        *_sensors(banks, devices),
        *_antennas(room, banks, devices, doors),
        *_doors(devices, doors),
    ]


def _repeated_banks(banks: Sequence[Bank]) -> Iterator[Flaw]:
    numbers = [bank.bank for bank in banks]
    for at, number in enumerate(numbers):
        if number in numbers[:at]:
            yield Flaw(("banks", at, "bank"), number, "another bank has this number")


def _repeated_ids(devices: Sequence[Device]) -> Iterator[Flaw]:
    ids = [device.id for device in devices]
    for at, name in enumerate(ids):
        if name == RESERVED_ID:
            yield Flaw(("devices", at, "id"), name, "any other name; the room itself has this one")
        if name in ids[:at]:
            yield Flaw(("devices", at, "id"), name, "another device has this id")


def _shared_wires(devices: Sequence[Device]) -> Iterator[Flaw]:
    """One serial line has one speed, whoever hangs on it, and a reader hangs on it alone."""
    lines: dict[str, SerialAddress] = {}
    takes_all: dict[str, bool] = {}
    for at, device in enumerate(devices):
        address = device.at
        if not isinstance(address, SerialAddress):
            continue
        alone = isinstance(device, READERS)
        if address.path in takes_all and (alone or takes_all[address.path]):
            allowed = "a line of its own for each reader: no other device can share it"
            yield Flaw(("devices", at, "at"), address.path, allowed)
            continue
        takes_all[address.path] = alone
        first = lines.setdefault(address.path, address)
        if address != first:
            allowed = (
                f"this line runs at {first.baud} baud, parity {first.parity}, "
                f"{first.stop_bits} stop bits for another device"
            )
            yield Flaw(("devices", at, "at"), address.path, allowed)


def _shared_units(devices: Sequence[Device]) -> Iterator[Flaw]:
    """Two units of one number on one wire answer at once; relays of one board are one unit."""
    taken: dict[tuple[object, int], ModbusDevice] = {}
    coils: dict[tuple[object, int, int], str] = {}
    for at, device in enumerate(devices):
        if not isinstance(device, ModbusDevice):
            continue
        wire = device.at.path if isinstance(device.at, SerialAddress) else device.at
        first = taken.setdefault((wire, device.unit), device)
        if isinstance(device, ClimateRelay) and isinstance(first, ClimateRelay):
            other = coils.setdefault((wire, device.unit, device.coil), device.id)
            if other != device.id:
                yield Flaw(("devices", at, "coil"), device.coil, f"{other} hangs on this coil")
        elif first.id != device.id:
            allowed = f"{first.id} has this unit number on the same wire"
            yield Flaw(("devices", at, "unit"), device.unit, allowed)


def _controllers(banks: Sequence[Bank], devices: Sequence[Device]) -> Iterator[Flaw]:
    driven: set[int] = set()
    for at, device in enumerate(devices):
        if not isinstance(device, SHELVING):
            continue
        where = ("devices", at, "bank")
        found = next((bank for bank in banks if bank.bank == device.bank), None)
        if found is None:
            allowed = f"the room has banks {sorted({bank.bank for bank in banks})}"
            yield Flaw(where, device.bank, allowed)
        elif device.bank in driven:
            yield Flaw(where, device.bank, "this bank has a controller already")
        else:
            yield from _unfit(at, device, found, list(banks).index(found))
        driven.add(device.bank)


def _unfit(at: int, device: Shelving, bank: Bank, bank_at: int) -> Iterator[Flaw]:
    """What this maker's controller cannot drive."""
    if isinstance(device, ModbusShelving):
        yield from _beyond_map(bank, bank_at)
        for number, span in enumerate(device.reads.forbidden):
            if span.first > span.last:
                where = ("devices", at, "reads", "forbidden", number, "last")
                yield Flaw(where, span.last, f"{span.first} or more, where this part begins")
        return
    if bank.gaps > 1:
        allowed = f"1: {device.driver} cannot say which of two aisles gives up its gap"
        yield Flaw(("banks", bank_at, "gaps"), bank.gaps, allowed)
    if len(bank.fixed) != 1:
        allowed = f"one fixed column: {device.driver} drives a bank around its fixed column"
        yield Flaw(("banks", bank_at, "fixed"), list(bank.fixed), allowed)
    elif bank.fixed[0] in (1, bank.columns):
        # Closing pushes all columns to the fixed one, so the gap ends at the far end.
        park_at = "last_aisle" if bank.fixed[0] == 1 else "first_aisle"
        if bank.park_at != park_at:
            allowed = f"{park_at}: closing pushes the columns to the fixed one"
            yield Flaw(("banks", bank_at, "park_at"), bank.park_at, allowed)


def _beyond_map(bank: Bank, bank_at: int) -> Iterator[Flaw]:
    movable = [column not in bank.fixed for column in range(1, bank.columns + 1)]
    runs = [len(list(run)) for moves, run in groupby(movable) if moves]
    if len(runs) > _MAP_SEGMENTS:
        allowed = f"at most {_MAP_SEGMENTS} runs of movable columns in one bank; split it"
        yield Flaw(("banks", bank_at, "fixed"), list(bank.fixed), allowed)
    if max(runs, default=0) + 1 > _MAP_AISLES:
        allowed = f"at most {_MAP_AISLES - 1} movable columns side by side; split the bank"
        yield Flaw(("banks", bank_at, "columns"), bank.columns, allowed)


def _sensors(banks: Sequence[Bank], devices: Sequence[Device]) -> Iterator[Flaw]:
    for at, device in enumerate(devices):
        if not isinstance(device, SensorInputs):
            continue
        used: set[int] = set()
        first = min(device.numbers())
        lines: list[tuple[str, int, SensorInput | AirContact]] = [
            *(("inputs", number, contact) for number, contact in enumerate(device.inputs)),
            *(("air", number, contact) for number, contact in enumerate(device.air)),
        ]
        for part, number, contact in lines:
            where = ("devices", at, part, number)
            if contact.input >= first + _INPUTS_AT_ONCE:
                last = first + _INPUTS_AT_ONCE - 1
                allowed = f"{first} to {last}: the inputs of a module are read all at once"
                yield Flaw((*where, "input"), contact.input, allowed)
            if contact.input in used:
                yield Flaw((*where, "input"), contact.input, "another line names this input")
            used.add(contact.input)
            if isinstance(contact, SensorInput):
                yield from _misplaced(where, contact, banks)


def _misplaced(
    where: tuple[str | int, ...], contact: SensorInput, banks: Sequence[Bank]
) -> Iterator[Flaw]:
    bank = next((bank for bank in banks if bank.bank == contact.bank), None)
    if bank is None:
        allowed = f"the room has banks {sorted({bank.bank for bank in banks})}"
        yield Flaw((*where, "bank"), contact.bank, allowed)
        return
    movable = [column not in bank.fixed for column in range(1, bank.columns + 1)]
    runs = [len(list(run)) for moves, run in groupby(movable) if moves]
    if contact.segment is not None and contact.segment > len(runs):
        yield Flaw((*where, "segment"), contact.segment, f"the bank has segments 1 to {len(runs)}")
    elif contact.aisle is not None and contact.segment is None:
        yield Flaw((*where, "aisle"), contact.aisle, "an aisle needs its segment beside it")
    elif contact.aisle is not None and contact.aisle > runs[(contact.segment or 1) - 1]:
        most = runs[(contact.segment or 1) - 1]
        yield Flaw((*where, "aisle"), contact.aisle, f"the segment has aisles 0 to {most}")


def _antennas(
    room: str, banks: Sequence[Bank], devices: Sequence[Device], doors: Sequence[Door]
) -> Iterator[Flaw]:
    known_doors = {door.door for door in doors}
    for device_at, reader in enumerate(devices):
        if not isinstance(reader, READERS):
            continue
        numbers: set[int] = set()
        for at, antenna in enumerate(reader.antennas):
            where = ("devices", device_at, "antennas", at)
            if antenna.antenna in numbers:
                allowed = "another antenna of this reader has this number"
                yield Flaw((*where, "antenna"), antenna.antenna, allowed)
            numbers.add(antenna.antenna)
            if is_door(antenna.covers):
                if antenna.covers not in known_doors:
                    allowed = "a door that the room file lists under doors"
                    yield Flaw((*where, "covers"), antenna.covers, allowed)
            elif antenna.side is not None:
                yield Flaw(
                    (*where, "side"), antenna.side, "nothing: only antennas of doors have it"
                )
            elif antenna.covers != DESK and not _exists(room, banks, antenna.covers):
                allowed = "desk, a door, or a place that this room has"
                yield Flaw((*where, "covers"), antenna.covers, allowed)


def _doors(devices: Sequence[Device], doors: Sequence[Door]) -> Iterator[Flaw]:
    names = [door.door for door in doors]
    for at, door in enumerate(doors):
        where = ("doors", at)
        if door.door in names[:at]:
            yield Flaw((*where, "door"), door.door, "another door has this name")
        sides = _sides(devices, door)
        if not sides:
            yield Flaw((*where, "door"), door.door, "an antenna at least must cover this door")
        elif door.beam is None and not {"inside", "outside"} <= sides:
            allowed = (
                "a beam, or an antenna inside and one outside, else nobody knows the direction"
            )
            yield Flaw((*where, "beam"), None, allowed)
        yield from _unwired((*where, "beam"), door.beam, devices, INPUT_DEVICES)
        yield from _unwired((*where, "sounder"), door.sounder, devices, OUTPUT_DEVICES)


def _sides(devices: Sequence[Device], door: Door) -> set[str]:
    return {
        antenna.side or "unsaid"
        for reader in devices
        if isinstance(reader, READERS)
        for antenna in reader.antennas
        if antenna.covers == door.door
    }


def _unwired(
    where: tuple[str | int, ...],
    contact: Contact | None,
    devices: Sequence[Device],
    kinds: tuple[type, ...],
) -> Iterator[Flaw]:
    if contact is None:
        return
    if not any(device.id == contact.device and isinstance(device, kinds) for device in devices):
        allowed = "a device of this room that has such contacts"
        yield Flaw((*where, "device"), contact.device, allowed)


def _exists(room: str, banks: Sequence[Bank], text: str) -> bool:
    place = parse_address(text)
    if place.room != room:
        return False
    bank = next((b for b in banks if b.bank == place.bank), None)
    if place.bank is None or bank is None:
        return place.bank is None
    if place.column is None:
        return True
    if place.column > bank.columns:
        return False
    if place.face is None:
        return True
    shape = bank.shape(place.column, place.face)
    return (
        shape is not None
        and (place.section or 1) <= shape.sections
        and (place.shelf or 1) <= shape.shelves
    )
