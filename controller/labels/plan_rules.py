"""Places a room or one of its banks on a sheet of paper, to scale. Pure; lengths are in mm.

The picture shows the room with all segments parked, as it stands when nobody works in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.addresses import Face
from config.geometry import (
    bank_width_mm,
    column_positions_mm,
    faces_higher,
    park_aisles,
    segments_of,
)
from config.room import Bank, Room

# fmt: off
_SCALES = (10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 80, 100, 125, 150, 200, 250, 300, 400, 500,
           600, 750, 800, 1000, 1250, 1500, 2000, 2500, 3000, 4000, 5000)
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle on the paper."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedColumn:
    """A column on the paper; `left_first` says that its left face is at the left of the paper."""

    bank: int
    column: int
    fixed: bool
    area: Area
    left_first: bool
    mouth: str

    def half(self, face: Face) -> Area:
        """The half of the column that a face takes."""
        first = (face is Face.LEFT) == self.left_first
        width_mm = self.area.width_mm / 2
        return Area(
            x_mm=self.area.x_mm + (0 if first else width_mm),
            y_mm=self.area.y_mm,
            width_mm=width_mm,
            height_mm=self.area.height_mm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBank:
    """A bank on the paper, with its aisles."""

    bank: Bank
    area: Area
    columns: tuple[PlacedColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPlan:
    """What stands where on the paper; `walls` is `None` where only a bank is shown."""

    scale: int
    walls: Area | None
    banks: tuple[PlacedBank, ...]


def place_plan(room: Room, bank: int | None, on: Area) -> PlacedPlan:
    """Place a room, or one bank of it, in the largest common scale that fits, centred.

    Raises KeyError if the room has no such bank.
    """
    shown = room.banks if bank is None else (room.bank(bank),)
    whole = _room_area(room) if bank is None else _bank_area(shown[0])
    scale = _scale(whole, on)
    x_mm = on.x_mm + (on.width_mm - whole.width_mm / scale) / 2 - whole.x_mm / scale
    y_mm = on.y_mm + (on.height_mm - whole.height_mm / scale) / 2 - whole.y_mm / scale
    paper = _Paper(scale, x_mm, y_mm)
    return PlacedPlan(
        scale=scale,
        walls=paper.area(whole) if bank is None else None,
        banks=tuple(_place_bank(room, each, paper) for each in shown),
    )


@dataclass(frozen=True, slots=True)
class _Paper:
    """Turns millimetres of the room into millimetres of the paper."""

    scale: int
    x_mm: float
    y_mm: float

    def area(self, real: Area) -> Area:
        return Area(
            x_mm=self.x_mm + real.x_mm / self.scale,
            y_mm=self.y_mm + real.y_mm / self.scale,
            width_mm=real.width_mm / self.scale,
            height_mm=real.height_mm / self.scale,
        )


def _place_bank(room: Room, bank: Bank, paper: _Paper) -> PlacedBank:
    parked = {part.segment: park_aisles(bank, part) for part in segments_of(bank)}
    positions = column_positions_mm(bank, parked)
    left_first = not faces_higher(room, Face.LEFT)
    columns = tuple(
        PlacedColumn(
            bank=bank.bank,
            column=column,
            fixed=column in bank.fixed,
            area=paper.area(
                Area(
                    x_mm=bank.at_mm.x + x_mm,
                    y_mm=bank.at_mm.y,
                    width_mm=bank.column_width_mm,
                    height_mm=bank.column_depth_mm,
                )
            ),
            left_first=left_first,
            mouth=bank.mouth,
        )
        for column, x_mm in positions.items()
        if column <= bank.columns
    )
    return PlacedBank(bank=bank, area=paper.area(_bank_area(bank)), columns=columns)


def _room_area(room: Room) -> Area:
    """The room, and whatever its file puts beyond its walls."""
    banks = [_bank_area(bank) for bank in room.banks]
    right = max(bank.x_mm + bank.width_mm for bank in banks)
    bottom = max(bank.y_mm + bank.height_mm for bank in banks)
    return Area(
        x_mm=0,
        y_mm=0,
        width_mm=max(room.size_mm.x, right),
        height_mm=max(room.size_mm.y, bottom),
    )


def _bank_area(bank: Bank) -> Area:
    return Area(
        x_mm=bank.at_mm.x,
        y_mm=bank.at_mm.y,
        width_mm=bank_width_mm(bank),
        height_mm=bank.column_depth_mm,
    )


def _scale(whole: Area, on: Area) -> int:
    least = max(whole.width_mm / on.width_mm, whole.height_mm / on.height_mm)
    return next((scale for scale in _SCALES if scale >= least), int(least) + 1)
