"""What the holdings are made of: places, homes, sightings. Frozen values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal


class PlaceKind(StrEnum):
    """Where a thing can be."""

    HOME = "home"
    SHELF = "shelf"
    DESK = "desk"
    TRANSIT = "transit"
    PERSON = "person"
    UNKNOWN = "unknown"


Cause = Literal["reader", "person", "import"]


class ItemState(StrEnum):
    """What a place means for somebody who wants the thing."""

    IN_PLACE = "in_place"
    MISPLACED = "misplaced"
    DESK = "desk"
    TRANSIT = "transit"
    LENT = "lent"
    UNKNOWN = "unknown"


ItemKind = Literal["box", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A box, or one file of a box."""

    kind: ItemKind
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A shelf as something that bears a tag; `code` is its address."""

    code: str
    kind: ClassVar[Literal["shelf"]] = "shelf"


Bearer = Item | Shelf
"""What a tag can be on."""


def bearer_of(kind: str, code: str) -> Bearer:
    """Say what a row names that keeps kind and code of a bearer."""
    if kind == "shelf":
        return Shelf(code=code)
    return Item(kind="box" if kind == "box" else "file", code=code)


class NotHeld(LookupError):
    """No box, file or shelf of that code is held here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a thing is. `address` may be any prefix of a slot address; `person` is a colleague."""

    kind: PlaceKind
    address: str | None = None
    person: str | None = None
    since: datetime | None = None
    by: str | None = None
    """The reader or user id that said so; `None` for what a list or nobody said."""
    confidence: float | None = None
    """How sure that was, 0 to 1."""

    def same_as(self, other: Place) -> bool:
        """Say whether both name the same place, whenever that began."""
        mine = (self.kind, self.address, self.person)
        return mine == (other.kind, other.address, other.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxInColumn:
    """A box that belongs in a column; `address` is its shelf."""

    code: str
    title: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeSlot:
    """Where a box belongs: a shelf, and how far from its beginning."""

    shelf: str
    order_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A reader heard the box in a zone: `desk`, or the beginning of a slot address."""

    zone: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who noticed a thing last: a reader, or a person by user id."""

    by: str
    by_kind: Literal["reader", "person"]
    zone: str
    at: datetime
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A reader no longer hears the box in a zone; `holder` held the aisle open at that time.

    What went out `by_door` (then the zone) is gone from wherever it was.
    """

    zone: str
    at: datetime
    holder: str | None
    by_door: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One step in the life of an item, as history tells it."""

    id: int
    at: datetime
    item_kind: str
    item: str
    box_code: str
    from_place: Place
    to_place: Place
    cause: Cause
    by: str
    confidence: float | None
    from_box_code: str | None = None
    with_box: bool = False
