"""What the status digits of the MJJ makers say about gaps, and who makes a gap where. Pure.

A digit per column tells on which of its sides there is room. Makers turn left and right and even
0 and 3 around, so the profile says how a digit is to be read. An aisle counts as open only if both
columns beside it say so; a locked column says nothing, then its neighbour's word must do. The fixed
column's own digit is never believed: clients of both protocols overwrite it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from config.geometry import Segment, column_positions_mm, park_aisles, segments_of
from config.room import Bank
from config.shelving import ShelvingProfile

Side = Literal["low", "high"]
"""Towards lower or higher column numbers."""
LOCKED_DIGIT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Whether there is room beside one column; `None`: the digit does not say."""

    gap_low: bool | None
    gap_high: bool | None
    locked: bool = False


UNREADABLE = Sides(gap_low=None, gap_high=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the digits of a segment say together."""

    open_aisles: tuple[int, ...]
    """Empty unless the digits fit together to the number of gaps that the segment has."""
    spread: bool
    """Every column stands free on both sides."""
    locked: bool

    @property
    def exact(self) -> bool:
        return bool(self.open_aisles)


UNCLEAR = Picture(open_aisles=(), spread=False, locked=False)
"""Nobody can say where the gap stands."""


@dataclass(frozen=True, slots=True)
class FaceOf:
    """The gap is made at this side of this column."""

    column: int
    side: Side


@dataclass(frozen=True, slots=True)
class ByClosing:
    """The gap is made by pushing all columns against the fixed one."""


def read_digit(profile: ShelvingProfile, digit: int) -> Sides | None:
    """Read one column's digit; `None` for one that no source names."""
    closed, free = (0, 3) if profile.digit_0 == "closed" else (3, 0)
    with_1_high = profile.digit_1 == "gap_high"
    return {
        closed: Sides(gap_low=False, gap_high=False),
        free: Sides(gap_low=True, gap_high=True),
        1: Sides(gap_low=not with_1_high, gap_high=with_1_high),
        2: Sides(gap_low=with_1_high, gap_high=not with_1_high),
        LOCKED_DIGIT: Sides(gap_low=None, gap_high=None, locked=True),
    }.get(digit)


def picture_of(bank: Bank, segment: Segment, sides: Mapping[int, Sides]) -> Picture:
    """Put the sides of a segment's columns together; `sides` must name each of them."""
    gaps = [_gap(segment, aisle, sides) for aisle in segment.aisles]
    is_whole = None not in gaps and gaps.count(True) == bank.gaps
    return Picture(
        open_aisles=tuple(a for a, gap in enumerate(gaps) if gap) if is_whole else (),
        spread=all(gap is True for gap in gaps) and not is_whole,
        locked=any(sides[column].locked for column in segment.columns),
    )


def _gap(segment: Segment, aisle: int, sides: Mapping[int, Sides]) -> bool | None:
    """Ask the movable columns beside an aisle; `None` if they contradict or none knows."""
    before = segment.first + aisle - 1
    said = {
        *({sides[before].gap_high} if aisle > 0 else ()),
        *({sides[before + 1].gap_low} if before < segment.last else ()),
    } - {None}
    return said.pop() if len(said) == 1 else None


def fixed_side(bank: Bank, segment: Segment) -> Side:
    """Say on which side of a segment the fixed column stands."""
    return "low" if segment.first - 1 in bank.fixed else "high"


def closing_aisle(bank: Bank, segment: Segment) -> int:
    """Name the outer aisle, where the gap stands when all columns are pushed to the fixed one."""
    return segment.aisles[-1] if fixed_side(bank, segment) == "low" else 0


def way_to(bank: Bank, segment: Segment, aisle: int) -> FaceOf | ByClosing:
    """Say how a gap comes to an aisle: at the fixed column's side of the column beyond it.

    The outermost face is reached by closing, not by moving its column (clients of both protocols).
    """
    if aisle == closing_aisle(bank, segment):
        return ByClosing()
    if fixed_side(bank, segment) == "low":
        return FaceOf(segment.first + aisle, "low")
    return FaceOf(segment.first + aisle - 1, "high")


def misfit(bank: Bank) -> str | None:
    """Say why a bank cannot be one of these makers' blocks; `None` if it can."""
    if len(bank.fixed) != 1:
        return (
            f"the maker's block has one fixed column, the room file gives bank {bank.bank} "
            f"{len(bank.fixed)} (fixed: {list(bank.fixed)}); name one, or split the bank"
        )
    segments = segments_of(bank)
    if len(segments) == 1:
        closing = closing_aisle(bank, segments[0])
        wanted = "first_aisle" if closing == 0 else "last_aisle"
        if bank.park_at != wanted:
            return (
                f"closing pushes the columns of bank {bank.bank} to its fixed column "
                f"{bank.fixed[0]}, so the gap then stands in aisle {closing}; set park_at: {wanted}"
            )
    return None


def positions_mm(bank: Bank, pictures: Mapping[int, Picture]) -> dict[int, int]:
    """Place the columns of every segment whose picture is exact, and the fixed ones."""
    segments = segments_of(bank)
    opened = {
        part.segment: pictures[part.segment].open_aisles or park_aisles(bank, part)
        for part in segments
    }
    hidden = {
        column for part in segments if not pictures[part.segment].exact for column in part.columns
    }
    placed = column_positions_mm(bank, opened)
    return {column: mm for column, mm in placed.items() if column not in hidden}
