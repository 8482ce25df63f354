"""How long one round of all that is polled on a port should take, by the room file. Pure.

A transaction is request, silence, the unit's turnaround, answer, silence; on TCP only the
turnaround counts. The bus measures the same (meter.py), so the two can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.geometry import segments_of
from config.room import (
    ClimateRelay,
    ClimateUnit,
    ModbusProbe,
    ModbusShelving,
    Room,
    SensorInputs,
    SerialAddress,
    TcpAddress,
)
from drivers.bus.frames import (
    MAX_READ_BITS,
    READ_COILS,
    READ_DISCRETE_INPUTS,
    Asked,
    Read,
    ReadBits,
)
from drivers.bus.spans import Limits, Span, limits_of, plan_reads
from drivers.bus.timing import Timing, line_times, usual_timing
from drivers.climate.profile import BadProfile, load_probe_profile
from drivers.climate.registers import Block
from drivers.climate.unit_profile import load_unit_profile
from drivers.shelving.modbus import registers


def cycle_budget_s(
    address: TcpAddress | SerialAddress, transactions: Iterable[Asked], timing: Timing
) -> float:
    """Add up how long transactions hold a line at least."""
    line = line_times(address)
    around_s = 2 * line.frame_gap_s + timing.turnaround_s
    return sum(line.bytes_s(asked) + around_s for asked in transactions)


def bus_budget(room: Room, port: TcpAddress | SerialAddress, timing: Timing | None = None) -> float:
    """Say how long a round over all devices of a port should take, each polled once, in seconds."""
    return cycle_budget_s(port, list_polls(room, port), timing or usual_timing(port))


def list_polls(room: Room, port: TcpAddress | SerialAddress) -> Iterator[Asked]:
    """List the transactions of one round."""
    for device in room.devices:
        if device.at != port:
            continue
        match device:
            case ModbusShelving():
                yield from _shelving_polls(room, device, limits_of(device.reads, port))
            case ModbusProbe():
                yield from _probe_polls(device)
            case ClimateUnit():
                yield from _unit_polls(device)
            case ClimateRelay():
                yield ReadBits(unit=device.unit, address=device.coil, count=1, function=READ_COILS)
            case SensorInputs():
                yield _input_poll(device)


def _shelving_polls(room: Room, device: ModbusShelving, limits: Limits) -> Iterator[Read]:
    """List bank block, segment blocks, and the columns put together as the driver does."""
    bank = room.bank(device.bank)
    state = [Span(registers.BANK_ADDRESS, registers.BANK_WORDS)]
    state += [
        Span(registers.segment_address(part.segment), registers.SEGMENT_WORDS)
        for part in segments_of(bank)
    ]
    columns = [
        Span(registers.column_address(column), registers.COLUMN_WORDS)
        for column in range(1, bank.columns + 1)
    ]
    for span in (*_readable(state, limits), *plan_reads(_readable(columns, limits), limits)):
        yield Read(unit=device.unit, address=span.address, count=span.count)


def _probe_polls(device: ModbusProbe) -> Iterator[Read]:
    """List the requests of one sample; a profile that cannot be used asks nothing."""
    try:
        blocks = load_probe_profile(device.profile).blocks
    except BadProfile:
        return
    yield from (_block_poll(device.unit, block) for block in blocks)


def _unit_polls(device: ClimateUnit) -> Iterator[Asked]:
    """List the requests of one reading; a profile that cannot be used asks nothing."""
    try:
        profile = load_unit_profile(device.profile)
    except BadProfile:
        return
    yield from (_block_poll(device.unit, block) for block in profile.blocks)
    for span in profile.coil_spans:
        yield ReadBits(
            unit=device.unit, address=span.address, count=span.count, function=READ_COILS
        )


def _block_poll(unit: int, block: Block) -> Read:
    span = block.span
    return Read(unit=unit, address=span.address, count=span.count, function=block.function)


def _readable(spans: Iterable[Span], limits: Limits) -> list[Span]:
    """Leave out what the room file forbids to read; the driver tells that, the budget does not."""
    return [span for span in spans if not any(f.touches(span) for f in limits.forbidden)]


def _input_poll(device: SensorInputs) -> ReadBits:
    numbers = device.numbers()
    first, last = min(numbers), max(numbers)
    is_coils = device.function == "coils"
    return ReadBits(
        unit=device.unit,
        address=first,
        count=min(last - first + 1, MAX_READ_BITS),
        function=READ_COILS if is_coils else READ_DISCRETE_INPUTS,
    )
