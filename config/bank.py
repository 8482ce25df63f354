"""A bank of a room file: its columns, their faces, how it moves. Frozen, strict, no I/O.

Lengths are in mm. On the plan x grows with the column number and y away from the upper wall; every
number that counts something on the steel starts at 1.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.addresses import Face
from config.parts import Count, Flaw, Millimetres, Part, Words, flawless


class FaceShape(Part):
    """The shelves of one face: `sections` bays side by side, `shelves` one above the other."""

    sections: Count
    shelves: Count
    shelf_length_mm: Millimetres
    shelf_height_mm: Millimetres = 320


class Counting(Part):
    """Where counting starts; rooms differ, so nothing in the code assumes it."""

    sections_from: Literal["mouth", "back"] = "mouth"
    shelves_from: Literal["top", "bottom"] = "top"
    left_face_towards: Literal["lower_columns", "higher_columns"] = "lower_columns"


class Column(Part):
    """A column that differs from the bank's pattern."""

    column: Count
    faces: dict[Face, FaceShape]


class PlanPoint(Part):
    """A point of the floor plan in mm from its upper left corner."""

    x: Annotated[int, Field(ge=0, le=1_000_000)]
    y: Annotated[int, Field(ge=0, le=1_000_000)]


class Motion(Part):
    """How the steel of a bank moves; the times are limits of the device profile."""

    speed_mm_s: Annotated[float, Field(gt=0, le=200)] = 60.0
    start_delay_s: Annotated[float, Field(ge=0, le=10)] = 1.0
    start_seen_s: Annotated[float, Field(gt=0, le=10)] = 3.0
    end_s: Annotated[float, Field(gt=0, le=600)] = 150.0


class Bank(Part):
    """A run of columns with one controller. Column 1 stands at `at_mm`, x grows from there."""

    bank: Count
    name: Words
    at_mm: PlanPoint
    columns: Count
    fixed: tuple[Count, ...] = ()
    column_width_mm: Millimetres
    column_depth_mm: Millimetres
    aisle_mm: Millimetres
    mouth: Literal["above", "below"] = "below"
    park_at: Literal["first_aisle", "last_aisle"] = "last_aisle"
    gaps: Literal[1, 2] = 1
    """How many aisles of a segment stand open at once; two only where the maker built it so."""
    face: FaceShape
    differing: tuple[Column, ...] = ()
    motion: Motion = Motion()

    @model_validator(mode="after")
    def _columns_exist(self) -> Self:
        allowed = f"the bank has columns 1 to {self.columns}"
        flaws = [
            Flaw(("fixed", at), number, allowed)
            for at, number in enumerate(self.fixed)
            if number > self.columns
        ]
        flaws += [
            Flaw(("differing", at, "column"), differing.column, allowed)
            for at, differing in enumerate(self.differing)
            if differing.column > self.columns
        ]
        flaws += [
            Flaw(("fixed", at), number, "this column is named twice")
            for at, number in enumerate(self.fixed)
            if number in self.fixed[:at]
        ]
        if not flaws and len(self.fixed) == self.columns:
            flaws = [Flaw(("fixed",), list(self.fixed), "one column at least must be movable")]
        return flawless(self, flaws)

    def shape(self, column: int, face: Face) -> FaceShape | None:
        """Say what shelves a face has; `None` if that side of the column bears none."""
        for differing in self.differing:
            if differing.column == column:
                return differing.faces.get(face)
        return self.face
