"""The steel of one bank over the reference Modbus map (docs/register-map.md).

Not responsible for whether motion is right: the room asks, the controller decides. A command is
written once; if its answer is lost, LinkLost says so and the room reads back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import get_args

from config import room as config
from config.geometry import park_aisles, segments_of
from drivers.bus import Bus, Priority, Registers, Span
from drivers.errors import Refused
from drivers.ports import Abilities, Fence, Guarantee, OpenAisle, Order
from drivers.readings import BankReading, ColumnReading, SegmentReading
from drivers.shelving.modbus import codes, frames, registers

_INTERLOCKS = frozenset(
    {
        "remote_control",
        "e_stop_chain",
        "maintenance_key",
        "crank",
        "fire",
        "power",
        "entrance",
        "obstruction",
        "occupancy",
        "heartbeat",
    }
)


@asynccontextmanager
async def connect_shelving(
    bus: Bus, device: config.ModbusShelving, bank: config.Bank
) -> AsyncIterator[ModbusShelving]:
    """Open a bank's controller, after making sure that it is the one the room file means.

    Raises LinkLost if it is away, Refused (wrong_map, wrong_bank) if it is another, or
    (forbidden_words) if the room file forbids to read what the map consists of.
    """
    shelving = ModbusShelving(bus, device, bank)
    await shelving.check_identity()
    yield shelving


class ModbusShelving:
    """A bank's controller that speaks the reference map. Get one from `connect_shelving`."""

    abilities = Abilities(
        guarantee=Guarantee.FENCED, interlocks_seen=_INTERLOCKS, orders=frozenset(get_args(Order))
    )

    def __init__(self, bus: Bus, device: config.ModbusShelving, bank: config.Bank) -> None:
        self.id = device.id
        self._bus = bus
        self._unit = device.unit
        self._reads = device.reads
        self._columns = bank.columns
        self._parked = {part.segment: park_aisles(bank, part) for part in segments_of(bank)}
        self._aisles = {part.segment: len(part.aisles) for part in segments_of(bank)}

    async def check_identity(self) -> None:
        """Compare map version and shape with the room file; raise Refused if they differ."""
        self._check_room_in_map()
        words = await self._read(
            registers.BANK_ADDRESS, registers.BANK_WORDS, Priority.VERIFICATION
        )
        try:
            shape = frames.decode_shape(words.values)
        except frames.UnknownMap as error:
            raise self._wrong_map(error) from error
        expected = frames.BankShape(self._columns, len(self._aisles))
        if shape != expected:
            raise Refused(
                self.id,
                "wrong_bank",
                f"it drives {shape.columns} columns in {shape.segments} segments, the room file "
                f"says {expected.columns} in {expected.segments}; check address and room file",
            )

    def _check_room_in_map(self) -> None:
        """Refuse a bank that the map has no registers for."""
        most_aisles, most_segments = registers.MOST_AISLES, registers.MOST_SEGMENTS
        if max(self._aisles.values()) > most_aisles or len(self._aisles) > most_segments:
            raise Refused(
                self.id,
                "wrong_bank",
                f"the map holds {most_segments} segments of {most_aisles} aisles; the room file "
                "has more in this bank, so split it",
            )

    async def read_bank(self) -> BankReading:
        """Read what holds for the whole bank."""
        words = await self._read(registers.BANK_ADDRESS, registers.BANK_WORDS, Priority.STATUS)
        return self._decode_bank(words)

    async def read_segment(self, segment: int, *, urgent: bool = False) -> SegmentReading:
        """Read one segment in one transaction; urgent goes before polling."""
        priority = Priority.VERIFICATION if urgent else Priority.STATUS
        return self._decode_segment(segment, await self._read_segment_words(segment, priority))

    async def read_interlocks(self, segment: int) -> tuple[BankReading, SegmentReading]:
        """Read all that decides on motion, before everything but a stop.

        The first segment stands right behind the bank block, so both are one transaction.
        """
        bank, part = await self._read_many(
            (
                Span(registers.BANK_ADDRESS, registers.BANK_WORDS),
                Span(registers.segment_address(segment), registers.SEGMENT_WORDS),
            ),
            Priority.OPERATOR,
        )
        return self._decode_bank(bank), self._decode_segment(segment, part)

    async def read_columns(self) -> tuple[ColumnReading, ...]:
        """Read where all columns stand."""
        columns = range(1, self._columns + 1)
        spans = [Span(registers.column_address(c), registers.COLUMN_WORDS) for c in columns]
        blocks = await self._read_many(spans, Priority.STATUS)
        return tuple(
            frames.decode_column(block.values, column=column)
            for column, block in zip(columns, blocks, strict=True)
        )

    async def carry_out(
        self, segment: int, order: Order, fence: Fence, *, not_after_s: float | None = None
    ) -> None:
        """Write a command block, once. Whether it is obeyed, read_segment tells.

        Raises LinkLost if the outcome is unknown, Refused (too_late) if nothing was sent because
        the monotonic time `not_after_s` had passed.
        """
        if isinstance(order, OpenAisle):
            self._check_aisles(segment, order)
        block = frames.encode(
            order,
            parked=self._parked[segment],
            seq=fence.seq,
            epoch=fence.epoch,
            ttl_s=fence.ttl_s,
        )
        await self._bus.write(
            self._unit,
            registers.segment_address(segment),
            block,
            priority=Priority.OPERATOR,
            not_after_s=not_after_s,
            device=self.id,
        )

    async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
        """Write a stop. It needs no number and is obeyed always, so it may be said again."""
        block: tuple[int, ...] = (codes.STOP,)
        if withdrawn is not None:
            block = frames.encode_stop(seq=withdrawn.seq, epoch=withdrawn.epoch)
        await self._bus.write(
            self._unit,
            registers.segment_address(segment),
            block,
            priority=Priority.STOP,
            device=self.id,
        )

    async def beat(self, count: int) -> None:
        """Write the heartbeat; before polling, because the controller's watchdog waits for it."""
        await self._bus.write(
            self._unit,
            registers.AGENT_HEARTBEAT,
            (count,),
            priority=Priority.VERIFICATION,
            device=self.id,
        )

    def _check_aisles(self, segment: int, order: OpenAisle) -> None:
        for aisle in (order.aisle, order.giving):
            if aisle is not None and aisle not in range(self._aisles[segment]):
                raise ValueError(f"segment {segment} has no aisle {aisle}")

    async def _read_segment_words(self, segment: int, priority: Priority) -> Registers:
        address = registers.segment_address(segment)
        return await self._read(address, registers.SEGMENT_WORDS, priority)

    async def _read(self, address: int, count: int, priority: Priority) -> Registers:
        (words,) = await self._read_many((Span(address, count),), priority)
        return words

    async def _read_many(self, spans: Sequence[Span], priority: Priority) -> tuple[Registers, ...]:
        try:
            return await self._bus.read_many(
                self._unit, spans, priority=priority, device=self.id, reads=self._reads
            )
        except ValueError as error:
            raise Refused(self.id, "forbidden_words", f"{error}, but the map needs them") from error

    def _decode_bank(self, words: Registers) -> BankReading:
        try:
            return frames.decode_bank(words.values, words.at_s)
        except frames.UnknownMap as error:
            raise self._wrong_map(error) from error

    def _decode_segment(self, segment: int, words: Registers) -> SegmentReading:
        return frames.decode_segment(
            words.values, segment=segment, aisles=self._aisles[segment], at_s=words.at_s
        )

    def _wrong_map(self, error: frames.UnknownMap) -> Refused:
        return Refused(self.id, "wrong_map", str(error))
