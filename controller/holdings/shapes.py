"""How holdings look on the API. Shared with finding and circulation, which show the same things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from controller.holdings.model import Place

Kind = Literal["home", "shelf", "desk", "transit", "person", "unknown"]
State = Literal["in_place", "misplaced", "desk", "transit", "lent", "unknown"]


class Shape(BaseModel):
    """Anything the API answers with."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class PlaceView(Shape):
    """Where something is, who said so and how sure it is. `age_s`: since it was last confirmed."""

    kind: Kind
    address: str | None
    person: str | None
    since: datetime | None
    by: str | None = None
    confidence: float | None = None
    age_s: int | None = None


class HouseholdView(Shape):
    """A household, without its ID number."""

    code: str
    head: str
    address: str | None


class DwellingView(Shape):
    """A dwelling."""

    code: str
    address: str


class HomeView(Shape):
    """Where a box belongs; `position` counts the boxes from the beginning of the shelf."""

    address: str
    order_mm: int
    position: int


class SeenView(Shape):
    """Who noticed a thing last, where and how sure."""

    by: str
    by_kind: Literal["reader", "person"]
    zone: str
    at: datetime
    confidence: float


class TagSpanView(Shape):
    """A tag that an item bears or bore; `until` is empty while it does."""

    epc: str
    since: datetime
    by: str
    until: datetime | None
    replaced_by: str | None
    reason: str | None


class ItemView(Shape):
    """A box or file in a line: what it is, where it belongs and where it is."""

    kind: Literal["box", "file"]
    code: str
    box_code: str
    title: str
    home: str | None
    state: State
    place: PlaceView


class ShelfItemView(Shape):
    """A shelf as something that bears a tag; `code` is its address."""

    kind: Literal["shelf"] = "shelf"
    code: str


BearerView = ItemView | ShelfItemView
"""What a tag is on, in a line."""


class LockedOutView(Shape):
    """Somebody saw to it that a column does not move, so what stands in it may be out of reach."""

    room: str
    bank: int
    column: int
    actor: str
    since: datetime
    reason: str


class FileView(Shape):
    """A file in its box."""

    code: str
    title: str
    pages: int | None
    household: HouseholdView | None
    dwelling: DwellingView | None
    masked_id: str | None
    place: PlaceView
    state: State
    epc: str | None = None
    tags: list[TagSpanView] = []
    last_seen: SeenView | None = None


class FilePageView(FileView):
    """A file by itself, and where its box belongs."""

    box_code: str
    home: HomeView | None
    locked_out: LockedOutView | None = None


class BoxView(Shape):
    """A box and what is in it."""

    code: str
    title: str
    epc: str | None
    thickness_mm: int
    home: HomeView | None
    place: PlaceView
    state: State
    tags: list[TagSpanView]
    last_seen: SeenView | None
    files: list[FileView]
    locked_out: LockedOutView | None = None


class MovementView(Shape):
    """One step in the life of an item; `item` tells the box from one of its files."""

    id: int
    at: datetime
    before: PlaceView = Field(serialization_alias="from")
    after: PlaceView = Field(serialization_alias="to")
    cause: Literal["reader", "person", "import"]
    by: str
    confidence: float | None
    item: str


class MovementsView(Shape):
    """History, newest first."""

    movements: list[MovementView]


class HomeChangeView(Shape):
    """From then on a box belonged on another shelf; null is none. `list` names the import."""

    id: int
    at: datetime
    before: str | None = Field(serialization_alias="from")
    after: str | None = Field(serialization_alias="to")
    by: str
    import_id: str | None
    list_name: str | None = Field(serialization_alias="list")


class HomeChangesView(Shape):
    """Where a box belonged, newest change first."""

    homes: list[HomeChangeView]


class FaceBoxView(Shape):
    """The back of a box as it stands on the shelf."""

    code: str
    title: str
    order_mm: int
    thickness_mm: int
    state: State


class FaceShelfView(Shape):
    """One shelf of a face."""

    section: int
    shelf: int
    length_mm: int
    boxes: list[FaceBoxView]


class FaceView(Shape):
    """One face of a column, with what belongs there."""

    address: str
    shelves: list[FaceShelfView]


class ColumnUseView(Shape):
    """How full a column is."""

    bank: int
    column: int
    boxes: int
    used_mm: int
    length_mm: int


class OccupancyView(Shape):
    """How full a room is, column by column."""

    columns: list[ColumnUseView]


class BadCellView(Shape):
    """What is wrong with one cell of an import."""

    row: int
    field: str
    code: str
    value: str


class ImportReportView(Shape):
    """What an import found and did; a dry run has no id."""

    import_id: str | None
    kind: Literal["boxes", "files"]
    rows: int
    good: int
    fresh: int
    changed: int
    same: int
    bad: list[BadCellView]
    applied: bool


class ImportView(Shape):
    """An import that was begun; `bad` counts rows."""

    id: str
    kind: Literal["boxes", "files"]
    name: str
    state: Literal["staging", "publishing", "updating", "done", "rejected", "failed"]
    by: str
    at: datetime
    rows: int
    good: int
    bad: int
    fresh: int
    changed: int
    same: int


class ImportListView(Shape):
    """The last imports, newest first."""

    imports: list[ImportView]


def place_view(
    place: Place, *, names: Mapping[str, str] | None = None, age_s: int | None = None
) -> PlaceView:
    """Show a place; who said so only where `names` gives people by user id."""
    return PlaceView(
        kind=place.kind.value,
        address=place.address,
        person=place.person,
        since=place.since,
        by=None if names is None or place.by is None else names.get(place.by, place.by),
        confidence=place.confidence,
        age_s=age_s,
    )
