"""A bank's controller with the reference register map, restated from its table.

Bank block at 0, a segment block of 64 registers each from 32, a column block of 16 each from 1000.
Tri-states are 0 unknown, 1 safe, 2 unsafe; 0xFFFF means none.
"""

from __future__ import annotations

from config.clock import Clock
from simulators.physics.codes import Fault
from simulators.physics.plc import CMD_STOP, Order, remaining_s
from simulators.physics.protections import ENTRANCES, standing
from simulators.physics.steel import BankSteel, ColumnSteel, SegmentSteel
from simulators.stage import Stage
from simulators.wire.judge import Judge
from simulators.wire.pdu import (
    READ_INPUT,
    Exceptional,
    Illegal,
    Read,
    Write,
    exception_reply,
    parse_request,
    read_reply,
    write_reply,
)
from simulators.world import World

MAP_VERSION = 1
NATURE_SIMULATED = 2
FIRMWARE = 0x0100
NONE = 0xFFFF
NO_TEMPERATURE = 0x8000
BANK_SIZE = 32
SEGMENT_SIZE = 64
COLUMNS_AT = 1000
COLUMN_SIZE = 16
AGENT_BEAT_AT = 10
_OCCUPANCY_AT = 16
_LOCK_AT, _DRIVES_AT, _PROTECTION_AT = 60, 61, 62
_COMMAND_SIZE = 5
_CMD, _PARAM, _SEQ, _EPOCH, _TTL = range(_COMMAND_SIZE)
_MOVING_A, _JAMMED_A = 1.85, 6.2


class ShelvingController:
    """Answers for one bank, and lets a judge count what it was asked."""

    def __init__(self, wire: str, bank: int, stage: Stage) -> None:
        self.judge = Judge(wire, bank)
        self._bank = bank
        self._stage = stage
        self._clock: Clock = stage.clock
        self.judge.see(stage.steel_of(bank), self._clock.monotonic())
        stage.watch(self._see)

    def answer(self, pdu: bytes) -> bytes:
        """Answer a request addressed to this controller."""
        try:
            match parse_request(pdu):
                case Read(function, _, _) if function == READ_INPUT:
                    raise Illegal(Exceptional.ILLEGAL_FUNCTION)
                case Read() as read:
                    return self._read(read)
                case Write() as write:
                    self._write(write)
                    return write_reply(write)
        except Illegal as illegal:
            return exception_reply(pdu, illegal.code)

    def _see(self, world: World) -> None:
        self.judge.see(world.steel_of(self._bank), self._clock.monotonic())

    def _read(self, read: Read) -> bytes:
        steel = self._stage.steel_of(self._bank)
        registers = registers_of(steel)
        addresses = range(read.address, read.address + read.count)
        if any(address not in registers for address in addresses):
            raise Illegal(Exceptional.ILLEGAL_ADDRESS)
        wanted = set(addresses)
        self.judge.note_read(
            bank_block=wanted.issuperset(range(9)),
            segments=tuple(
                segment.segment
                for segment in steel.segments
                if wanted.issuperset(_occupancy_addresses(segment))
            ),
            now_s=self._clock.monotonic(),
        )
        return read_reply(read, tuple(registers[address] for address in addresses))

    def _write(self, write: Write) -> None:
        steel = self._stage.steel_of(self._bank)
        if write.address == AGENT_BEAT_AT and len(write.values) == 1:
            self._stage.feed_watchdog(self._bank, write.values[0])
            return
        for segment in steel.segments:
            start = write.address - segment_at(segment.segment)
            if start >= 0 and start + len(write.values) <= _COMMAND_SIZE:
                self._command(segment, start, write.values)
                return
        self.judge.trespass(self._clock.monotonic())
        raise Illegal(Exceptional.ILLEGAL_ADDRESS)

    def _command(self, segment: SegmentSteel, start: int, values: tuple[int, ...]) -> None:
        """Take a write into the command block; it acts if it covers what makes it new."""
        block = list(segment.written)
        block[start : start + len(values)] = values
        cmd, param, seq, epoch, ttl = block
        self._stage.note_written(self._bank, segment.segment, (cmd, param, seq, epoch, ttl))
        covered = range(start, start + len(values))
        if (_CMD if cmd == CMD_STOP else _SEQ) not in covered:
            return
        order = Order(cmd=cmd, param=param, seq=seq, epoch=epoch, ttl_s=ttl / 10)
        self.judge.weigh(
            self._stage.steel_of(self._bank),
            segment.segment,
            order,
            self._clock.monotonic(),
            whole=len(covered) == _COMMAND_SIZE,
        )
        self._stage.obey(self._bank, segment.segment, order)


def segment_at(segment: int) -> int:
    """Return the address of a segment's block."""
    return BANK_SIZE + SEGMENT_SIZE * (segment - 1)


def registers_of(steel: BankSteel) -> dict[int, int]:
    """Show a bank as its controller's registers: address to value."""
    registers = dict(enumerate(_bank_block(steel)))
    for segment in steel.segments:
        registers.update(enumerate(_segment_block(steel, segment), segment_at(segment.segment)))
    positions = steel.positions_mm()
    movable = {c.column: (s, c) for s in steel.segments for c in s.columns}
    for column in range(1, steel.plan.columns + 1):
        start = COLUMNS_AT + COLUMN_SIZE * (column - 1)
        gaps = _gaps_mm(steel, positions, column)
        if column in movable:
            block = _movable_block(steel, *movable[column], gaps)
        else:
            block = _fixed_block(steel, positions[column], gaps)
        registers.update(enumerate(block, start))
    return registers


def _bank_block(steel: BankSteel) -> list[int]:
    given = [
        MAP_VERSION,
        NATURE_SIMULATED,
        _tri(unsafe=steel.local),
        _tri(unsafe=steel.e_stop_open),
        _tri(unsafe=steel.key_inserted),
        _tri(unsafe=steel.crank_engaged),
        _tri(unsafe=steel.fire),
        _tri(unsafe=not steel.unattended_given),
        steel.reset_count,
        steel.heartbeat,
        steel.agent_beat,
        round(steel.watchdog_s * 10),
        steel.plan.columns,
        len(steel.segments),
        COLUMNS_AT,
        _tri(unsafe=steel.power_failed),
    ]
    return given + [0] * (BANK_SIZE - len(given))


def _segment_block(steel: BankSteel, segment: SegmentSteel) -> list[int]:
    journey = segment.journey
    remaining = remaining_s(segment, steel.plan.motion.speed_mm_s)
    given = [
        *segment.written,
        segment.last_seq,
        segment.last_epoch,
        segment.last_result,
        segment.last_reason,
        segment.state,
        _aisles_word(segment.open_aisles),
        NONE if journey is None or journey.aisle is None else journey.aisle,
        min(round(remaining * 10), NONE),
        segment.fault,
        _tri(unsafe=bool(segment.signs & ENTRANCES)),
        _tri(unsafe=bool(segment.signs - ENTRANCES)),
        *(
            _tri(unsafe=count > 0, known=aisle not in segment.blind)
            for aisle, count in enumerate(segment.people)
        ),
    ]
    block = given + [0] * (SEGMENT_SIZE - len(given))
    block[_LOCK_AT] = 2 if segment.locked else 1
    block[_DRIVES_AT] = 2 if segment.asleep else 1
    block[_PROTECTION_AT] = next((row.code for row in standing(segment)), Fault.NONE)
    return block


def _aisles_word(aisles: tuple[int, ...]) -> int:
    """Put the open aisles into a word: the lower one, and 1 + the other in the high byte."""
    if not aisles:
        return NONE
    first, *second = aisles
    return first + sum((aisle + 1) << 8 for aisle in second)


def _fixed_block(steel: BankSteel, position_mm: float, gaps: list[int]) -> list[int]:
    position = round(position_mm)
    beat = steel.agent_beat
    return [1, 1, 0, 0, position, *gaps, 0, 0, 0, 0, 0, NO_TEMPERATURE, NONE, beat, FIRMWARE]


def _movable_block(
    steel: BankSteel, segment: SegmentSteel, column: ColumnSteel, gaps: list[int]
) -> list[int]:
    left = column.column - segment.columns[0].column
    occupied = [segment.people[left] > 0, segment.people[left + 1] > 0]
    blind = [left in segment.blind, left + 1 in segment.blind]
    bits = sum(bit << n for n, bit in enumerate(occupied + blind))
    current_a = 0.0 if not column.motor_on else _JAMMED_A if column.jammed else _MOVING_A
    return [
        _column_state(segment, column),
        2 if column.motor_on else 0,
        bits,
        column.fault,
        round(column.position_mm),
        *gaps,
        round(abs(column.speed_mm_s)),
        round(current_a * 100),
        segment.people[left + 1],
        segment.last_seq,
        segment.last_result,
        NO_TEMPERATURE,
        NONE,
        steel.agent_beat,
        FIRMWARE,
    ]


def _column_state(segment: SegmentSteel, column: ColumnSteel) -> int:
    if column.fault is not Fault.NONE:
        return 5
    if not column.motor_on:
        return 1
    legs = segment.journey.legs if segment.journey is not None else ()
    to_mm = next((leg.to_mm for leg in legs if leg.column == column.column), column.position_mm)
    return 2 if to_mm < column.position_mm else 3


def _gaps_mm(steel: BankSteel, positions: dict[int, float], column: int) -> list[int]:
    """Say how free it is to the left and to the right of a column."""
    width = steel.plan.column_width_mm
    left = positions[column] - (positions[column - 1] + width if column > 1 else 0.0)
    after = positions.get(column + 1, steel.width_mm())
    return [round(left), round(after - positions[column] - width)]


def _tri(*, unsafe: bool, known: bool = True) -> int:
    if not known:
        return 0
    return 2 if unsafe else 1


def _occupancy_addresses(segment: SegmentSteel) -> range:
    start = segment_at(segment.segment)
    return range(start + 9, start + _OCCUPANCY_AT + len(segment.people))
