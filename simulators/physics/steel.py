"""Where the columns of a bank stand and what its controller knows: values and geometry. Pure.

What the controller decides is in plc.py. Positions are in mm from the bank's own edge.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from config.geometry import (
    Segment,
    bank_width_mm,
    column_positions_mm,
    park_aisles,
    segments_of,
)
from config.room import Bank
from simulators.physics.codes import Fault, Reason, Result, SteelState

SEQUENCE = 0x10000
NEVER_S = float("inf")
WATCHDOG_S = 2.0
_NEARLY_MM = 0.5


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

    aisle: int | None
    """The aisle it was asked to open; `None` while the columns spread for air."""
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


@dataclass(frozen=True, slots=True)
class Waking:
    """Drives that are being woken: by which command, and how long they still take."""

    seq: int
    left_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSteel:
    """Columns that share their gaps, who stands between them, and what was last asked of them."""

    segment: int
    left_mm: float
    """Where the first column stands when all are packed towards lower columns."""
    width_mm: float
    aisle_mm: float
    gaps: int = 1
    """How many aisles stand open at once."""
    columns: tuple[ColumnSteel, ...]
    people: tuple[int, ...]
    blind: frozenset[int] = frozenset()
    """Aisles whose presence sensor is out, so that their occupancy is unknown."""
    signs: frozenset[str] = frozenset()
    """Which protections of protections.py say something now."""
    locked_by_network: bool = False
    locked_at_steel: bool = False
    asleep: bool = False
    waking: Waking | None = None
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
    def locked(self) -> bool:
        return self.locked_by_network or self.locked_at_steel

    @property
    def state(self) -> SteelState:
        if self.fault:
            return SteelState.FAULTED
        if self.moving:
            return SteelState.MOVING
        if self.halted:
            return SteelState.HALTED
        return SteelState.VENTILATING if self.is_spread else SteelState.STANDING

    @property
    def open_aisles(self) -> tuple[int, ...]:
        """The aisles in which a whole gap stands; fewer than `gaps` while one is on its way."""
        if self.moving:
            return ()
        whole = (a for a in self.aisles if self.gap_mm(a) >= self.aisle_mm - _NEARLY_MM)
        return tuple(whole)

    @property
    def open_aisle(self) -> int | None:
        """The lowest open aisle, which is the only one where there is one gap."""
        return next(iter(self.open_aisles), None)

    @property
    def is_spread(self) -> bool:
        """Say whether the columns stand so that no aisle is open and all are equally wide."""
        widths = [self.gap_mm(aisle) for aisle in self.aisles]
        return not self.open_aisles and max(widths) - min(widths) <= 2 * _NEARLY_MM

    @property
    def aisles(self) -> range:
        return range(len(self.columns) + 1)

    def gap_mm(self, aisle: int) -> float:
        """Say how wide it is between the columns on both sides of an aisle."""
        count = len(self.columns)
        left = self.left_mm if aisle == 0 else self.columns[aisle - 1].position_mm + self.width_mm
        wall_mm = self.left_mm + count * self.width_mm + self.gaps * self.aisle_mm
        right = wall_mm if aisle == count else self.columns[aisle].position_mm
        return right - left

    def rest_mm(self, place: int, aisles: Collection[int]) -> float:
        """Say where the column at `place` (from 0) rests while these aisles are open."""
        before = sum(aisle <= place for aisle in aisles)
        return self.left_mm + place * self.width_mm + before * self.aisle_mm

    def spread_mm(self, place: int) -> float:
        """Say where the column at `place` (from 0) stands when all aisles are equally wide."""
        each_mm = self.gaps * self.aisle_mm / len(self.aisles)
        return self.left_mm + place * self.width_mm + (place + 1) * each_mm

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
    watchdog_s: float = WATCHDOG_S

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
        parked = {s.segment: park_aisles(self.plan, s) for s in segments_of(self.plan)}
        positions = {c: float(mm) for c, mm in column_positions_mm(self.plan, parked).items()}
        for segment in self.segments:
            positions.update({c.column: c.position_mm for c in segment.columns})
        return positions

    def width_mm(self) -> float:
        return float(bank_width_mm(self.plan))


def stand(
    plan: Bank, *, last_seq: int = 0, last_epoch: int = 0, watchdog_s: float = WATCHDOG_S
) -> BankSteel:
    """Put a bank's columns where its room file parks them.

    A controller without a watchdog (`watchdog_s` NEVER_S) misses no heartbeat.
    """
    segments = tuple(
        _park(plan, shape, last_seq=last_seq, last_epoch=last_epoch) for shape in segments_of(plan)
    )
    return BankSteel(plan=plan, segments=segments, watchdog_s=watchdog_s)


def _park(plan: Bank, shape: Segment, *, last_seq: int, last_epoch: int) -> SegmentSteel:
    parked = park_aisles(plan, shape)
    positions = column_positions_mm(
        plan, {s.segment: park_aisles(plan, s) for s in segments_of(plan)}
    )
    first_mm = positions[shape.first] - (plan.aisle_mm if 0 in parked else 0)
    return SegmentSteel(
        segment=shape.segment,
        left_mm=float(first_mm),
        width_mm=float(plan.column_width_mm),
        aisle_mm=float(plan.aisle_mm),
        gaps=plan.gaps,
        columns=tuple(
            ColumnSteel(column=number, position_mm=float(positions[number]))
            for number in shape.columns
        ),
        people=(0,) * len(shape.aisles),
        last_seq=last_seq,
        last_epoch=last_epoch,
    )


def newer(this: int, that: int) -> bool:
    """Compare 16-bit serial numbers (RFC 1982)."""
    return 0 < (this - that) % SEQUENCE < SEQUENCE // 2
