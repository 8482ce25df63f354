"""Where the steel stands: segments, aisles, column positions, move times, every shelf. Pure.

A bank splits at its fixed columns into segments that share one free gap each, or two where the
maker built it so. In a segment of n movable columns a gap stands in one of n + 1 aisles: aisle 0
before the first of them, aisle k after the k-th. Two gaps stand in two different aisles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from config.addresses import Face, SlotAddress
from config.room import Bank, Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Movable columns `first` to `last` between two fixed things; `segment` counts from 1."""

    bank: int
    segment: int
    first: int
    last: int

    @property
    def columns(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def aisles(self) -> range:
        """All places where the gap can stand: 0 to n."""
        return range(len(self.columns) + 1)

    def aisle_beside(self, column: int, *, higher_side: bool) -> int | None:
        """Name the aisle on one side of a column, fixed neighbours too; `None` if elsewhere."""
        if not self.first - 1 <= column <= self.last + 1:
            return None
        aisle = column - self.first + (1 if higher_side else 0)
        return aisle if aisle in self.aisles else None


def segments_of(bank: Bank) -> tuple[Segment, ...]:
    """Split a bank at its fixed columns; runs of movable columns count from 1."""
    movable = [column for column in range(1, bank.columns + 1) if column not in bank.fixed]
    runs = [
        [column for _, column in run]
        for _, run in groupby(enumerate(movable), key=lambda pair: pair[1] - pair[0])
    ]
    return tuple(
        Segment(bank=bank.bank, segment=number, first=run[0], last=run[-1])
        for number, run in enumerate(runs, start=1)
    )


def park_aisle(bank: Bank, segment: Segment) -> int:
    """Name the aisle at the end where a segment parks: there the gap stands when all is closed."""
    return 0 if bank.park_at == "first_aisle" else segment.aisles[-1]


def park_aisles(bank: Bank, segment: Segment) -> tuple[int, ...]:
    """Name all aisles that stand open when a segment is parked, in rising order."""
    aisles = segment.aisles
    parked = aisles[: bank.gaps] if bank.park_at == "first_aisle" else aisles[-bank.gaps :]
    return tuple(parked)


@dataclass(frozen=True, slots=True, kw_only=True)
class AislePlace:
    """An aisle of a segment of a bank."""

    bank: int
    segment: int
    aisle: int


def faces_higher(room: Room, face: Face) -> bool:
    """Say whether a face looks towards higher column numbers in this room."""
    left_is_lower = room.counting.left_face_towards == "lower_columns"
    return (face is Face.RIGHT) == left_is_lower


def aisle_of(room: Room, place: SlotAddress) -> AislePlace | None:
    """Name the aisle from which a face is reached; `None` for an outer face that is always free.

    Raises ValueError if the address ends before its face, KeyError if the bank does not exist.
    """
    if place.bank is None or place.column is None or place.face is None:
        raise ValueError(f"{place} names no face, so no aisle leads to it")
    higher = faces_higher(room, place.face)
    for segment in segments_of(room.bank(place.bank)):
        aisle = segment.aisle_beside(place.column, higher_side=higher)
        if aisle is not None:
            return AislePlace(bank=place.bank, segment=segment.segment, aisle=aisle)
    return None


def faces_of_aisle(room: Room, where: AislePlace) -> tuple[tuple[int, Face], ...]:
    """List the (column, face) pairs that an open aisle gives access to, lower column first."""
    bank = room.bank(where.bank)
    segment = segments_of(bank)[where.segment - 1]
    before = segment.first - 1 + where.aisle
    left_is_lower = room.counting.left_face_towards == "lower_columns"
    higher, lower = (Face.RIGHT, Face.LEFT) if left_is_lower else (Face.LEFT, Face.RIGHT)
    sides = ((before, higher), (before + 1, lower))
    return tuple(
        (column, face)
        for column, face in sides
        if 1 <= column <= bank.columns and bank.shape(column, face) is not None
    )


def column_positions_mm(bank: Bank, open_aisles: Mapping[int, Collection[int]]) -> dict[int, int]:
    """Place the near edge of every column, in mm from the bank's own edge.

    `open_aisles` maps segment number to the aisles its gaps stand in; each segment must be there.
    """
    segments = segments_of(bank)
    positions: dict[int, int] = {}
    x_mm = 0
    for column in range(1, bank.columns + 2):
        for segment in segments:
            if column - segment.first in open_aisles[segment.segment]:
                x_mm += bank.aisle_mm
        if column <= bank.columns:
            positions[column] = x_mm
            x_mm += bank.column_width_mm
    return positions


def bank_width_mm(bank: Bank) -> int:
    """Say how long the bank is on the plan: all columns and the gaps of its segments."""
    gaps = len(segments_of(bank)) * bank.gaps
    return bank.columns * bank.column_width_mm + gaps * bank.aisle_mm


def move_time_s(bank: Bank, from_aisle: int, to_aisle: int) -> float:
    """Predict how long a gap takes from one aisle to another of the same segment.

    Columns start one after the other, `start_delay_s` apart, and each travels one aisle width.
    """
    columns = abs(to_aisle - from_aisle)
    if columns == 0:
        return 0.0
    travel_s = bank.aisle_mm / bank.motion.speed_mm_s
    return travel_s + columns * bank.motion.start_delay_s


def shelves_of(room: Room) -> Iterator[tuple[SlotAddress, int]]:
    """Walk every shelf of the room with its length in mm, in address order."""
    for bank in room.banks:
        for column in range(1, bank.columns + 1):
            for face in Face:
                shape = bank.shape(column, face)
                if shape is None:
                    continue
                for section in range(1, shape.sections + 1):
                    for shelf in range(1, shape.shelves + 1):
                        address = SlotAddress(
                            room=room.room,
                            bank=bank.bank,
                            column=column,
                            face=face,
                            section=section,
                            shelf=shelf,
                        )
                        yield address, shape.shelf_length_mm
