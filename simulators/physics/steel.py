"""Where the columns of a bank stand and what its controller knows: values and geometry. Pure.

What the controller decides is in plc.py. Positions are in mm from the bank's own edge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from config.geometry import bank_width_mm, column_positions_mm, segments_of
from config.room import Bank

SEQUENCE = 0x10000
NEVER_S = float("inf")


class SteelState(IntEnum):
    """What a segment does, as its block says it."""

    UNKNOWN = 0
    STANDING = 1
    MOVING = 2
    HALTED = 3
    FAULTED = 4


class Result(IntEnum):
    """What became of the last command."""

    NONE = 0
    ACCEPTED = 1
    STARTED = 2
    DONE = 3
    REFUSED = 4
    EXPIRED = 5
    STOPPED = 6
    FAILED = 7


class Reason(IntEnum):
    """Why a command was refused or broken off."""

    NONE = 0
    AISLE_OCCUPIED = 1
    OCCUPANCY_UNKNOWN = 2
    LOCAL_CONTROL = 3
    E_STOP = 4
    MAINTENANCE_KEY = 5
    CRANK = 6
    FIRE = 7
    FAULT_LATCHED = 8
    OBSTRUCTION = 9
    ENTRANCE = 10
    ALREADY_MOVING = 11
    NO_SUCH_AISLE = 12
    STALE_SEQ = 13
    OLD_EPOCH = 14
    TTL_EXPIRED = 15
    POWER = 16
    HEARTBEAT_LOST = 17


class Fault(IntEnum):
    """What latched."""

    NONE = 0
    OBSTRUCTION = 1
    LIMIT_SWITCH = 2
    MOTOR = 3
    HEARTBEAT_LOST = 4
    POWER_FAIL = 5
    PERSON_ENTERED = 6
    TIMEOUT = 7
    E_STOP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSteel:
    """One movable column."""

    column: int
    position_mm: float
    speed_mm_s: float = 0.0
    """Negative towards lower columns; 0 while its motor is off or it is jammed."""
    motor_on: bool = False
    fault: Fault = Fault.NONE
    """A defect of its own that lasts until somebody mends it."""
    jammed: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """One column's part of a journey; it starts `starts_s` after the command was accepted."""

    column: int
    to_mm: float
    starts_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A command under way: accepted, and started once its first column may move."""

    aisle: int
    seq: int
    ttl_s: float
    legs: tuple[Leg, ...]
    elapsed_s: float = 0.0

    @property
    def started(self) -> bool:
        return self.elapsed_s >= self.begins_s

    @property
    def begins_s(self) -> float:
        return min((leg.starts_s for leg in self.legs), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSteel:
    """Columns that share one gap, who stands between them, and what was last asked of them."""

    segment: int
    left_mm: float
    """Where the first column stands when all are packed towards lower columns."""
    width_mm: float
    aisle_mm: float
    columns: tuple[ColumnSteel, ...]
    people: tuple[int, ...]
    blind: frozenset[int] = frozenset()
    """Aisles whose presence sensor is out, so that their occupancy is unknown."""
    entrance_blocked: bool = False
    obstructed: bool = False
    fault: Fault = Fault.NONE
    halted: bool = False
    journey: Journey | None = None
    written: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    """The command block as it was last written: cmd, param, seq, epoch, ttl."""
    last_seq: int = 0
    last_epoch: int = 0
    last_result: Result = Result.NONE
    last_reason: Reason = Reason.NONE

    @property
    def moving(self) -> bool:
        return self.journey is not None and self.journey.started

    @property
    def state(self) -> SteelState:
        if self.fault:
            return SteelState.FAULTED
        if self.moving:
            return SteelState.MOVING
        return SteelState.HALTED if self.halted else SteelState.STANDING

    @property
    def open_aisle(self) -> int | None:
        """The aisle the whole gap stands in; `None` while it stands in none."""
        if self.moving:
            return None
        widths = [self.gap_mm(aisle) for aisle in range(len(self.columns) + 1)]
        widest = max(range(len(widths)), key=widths.__getitem__)
        return widest if widths[widest] >= self.aisle_mm - 0.5 else None

    def gap_mm(self, aisle: int) -> float:
        """Say how wide it is between the columns on both sides of an aisle."""
        count = len(self.columns)
        left = self.left_mm if aisle == 0 else self.columns[aisle - 1].position_mm + self.width_mm
        wall_mm = self.left_mm + count * self.width_mm + self.aisle_mm
        right = wall_mm if aisle == count else self.columns[aisle].position_mm
        return right - left

    def rest_mm(self, place: int, aisle: int) -> float:
        """Say where the column at `place` (from 0) rests while `aisle` is open."""
        return self.left_mm + place * self.width_mm + (self.aisle_mm if place >= aisle else 0.0)

    def column(self, number: int) -> ColumnSteel:
        """Return a column by its number; raise KeyError if it is not of this segment."""
        for column in self.columns:
            if column.column == number:
                return column
        raise KeyError(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSteel:
    """A bank: its segments, its switches, its controller's watchdog."""

    plan: Bank
    segments: tuple[SegmentSteel, ...]
    local: bool = False
    e_stop_open: bool = False
    key_inserted: bool = False
    crank_engaged: bool = False
    fire: bool = False
    power_failed: bool = False
    unattended_given: bool = False
    reset_count: int = 0
    elapsed_s: float = 0.0
    agent_beat: int = 0
    beat_age_s: float = NEVER_S
    watchdog_s: float = 2.0

    @property
    def heartbeat(self) -> int:
        """The controller's own heartbeat: one more every 500 ms."""
        return int(self.elapsed_s / 0.5) % SEQUENCE

    def segment(self, number: int) -> SegmentSteel:
        """Return a segment by its number; raise KeyError if the bank has none such."""
        if not 1 <= number <= len(self.segments):
            raise KeyError(f"bank {self.plan.bank} has no segment {number}")
        return self.segments[number - 1]

    def with_segment(self, segment: SegmentSteel) -> BankSteel:
        """Return the bank with one segment exchanged."""
        number = segment.segment
        segments = (*self.segments[: number - 1], segment, *self.segments[number:])
        return replace(self, segments=segments)

    def positions_mm(self) -> dict[int, float]:
        """Say where every column stands, fixed ones too."""
        parked = {s.segment: len(s.columns) for s in self.segments}
        positions = {c: float(mm) for c, mm in column_positions_mm(self.plan, parked).items()}
        for segment in self.segments:
            positions.update({c.column: c.position_mm for c in segment.columns})
        return positions

    def width_mm(self) -> float:
        return float(bank_width_mm(self.plan))


def stand(plan: Bank, *, last_seq: int = 0, last_epoch: int = 0) -> BankSteel:
    """Put a bank's columns where its room file parks them."""
    cut = segments_of(plan)
    packed = column_positions_mm(plan, {s.segment: len(s.columns) for s in cut})
    segments = []
    for shape in cut:
        parked = 0 if plan.park_at == "first_aisle" else len(shape.columns)
        empty = SegmentSteel(
            segment=shape.segment,
            left_mm=float(packed[shape.first]),
            width_mm=float(plan.column_width_mm),
            aisle_mm=float(plan.aisle_mm),
            columns=(),
            people=(0,) * len(shape.aisles),
            last_seq=last_seq,
            last_epoch=last_epoch,
        )
        columns = tuple(
            ColumnSteel(column=number, position_mm=empty.rest_mm(place, parked))
            for place, number in enumerate(shape.columns)
        )
        segments.append(replace(empty, columns=columns))
    return BankSteel(plan=plan, segments=tuple(segments))


def newer(this: int, that: int) -> bool:
    """Compare 16-bit serial numbers (RFC 1982)."""
    return 0 < (this - that) % SEQUENCE < SEQUENCE // 2
