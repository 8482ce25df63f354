"""How tag work looks on the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.geometry import AislePlace
from controller.holdings.model import Bearer, bearer_of
from controller.holdings.shapes import BearerView, ItemView, SeenView, Shape, TagSpanView
from controller.tags.schemes import Scheme

Code = Annotated[str, Field(min_length=1, max_length=64)]
EpcText = Annotated[str, Field(min_length=1, max_length=160)]
Reason = Annotated[str, Field(max_length=200)]


class Asked(BaseModel):
    """Anything a page asks for: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class ItemRef(Asked):
    """Names a box or file, or a shelf by its address."""

    kind: Literal["box", "file", "shelf"]
    code: Code

    def item(self) -> Bearer:
        """Say which."""
        return bearer_of(self.kind, self.code)


class PairAsked(Asked):
    """An existing tag, and the item that is to bear it."""

    epc: EpcText
    item: ItemRef
    reason: Reason | None = None


class HideAsked(Asked):
    """Why a tag that belongs to nothing need not be listed; `room` empty: in no room."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]
    room: str | None = None


class SchemeView(Shape):
    """How a number was made; a private one has no URI."""

    name: str
    uri: str | None


class SpanView(Shape):
    """The time that an item or a shelf bore a tag."""

    item: BearerView | None
    kind: Literal["box", "file", "shelf"]
    code: str
    since: datetime
    by: str
    until: datetime | None
    replaced_by: str | None
    reason: str | None


class TaggingView(Shape):
    """What can be done with tags here. `can_lock`: the site has set the password for it."""

    can_lock: bool


class TagView(Shape):
    """A tag: whose it is now, whose it was. `tag` says whether its number still counts."""

    epc: str
    tag: Literal["current", "replaced", "unknown"]
    scheme: SchemeView | None
    item: BearerView | None
    since: datetime | None
    by: str | None
    until: datetime | None
    replaced_by: str | None
    history: list[SpanView]


class PairedView(TagView):
    """A tag that was just paired, and the one it replaced."""

    replaced: str | None


class ShelfTagsView(Shape):
    """The tags a shelf bears and bore, newest first."""

    address: str
    tags: list[TagSpanView]


class AisleView(Shape):
    """What has to be opened to get there."""

    bank: int
    segment: int
    aisle: int

    @classmethod
    def of(cls, place: AislePlace | None) -> Self | None:
        """Show an aisle."""
        if place is None:
            return None
        return cls(bank=place.bank, segment=place.segment, aisle=place.aisle)


class ScanView(Shape):
    """What a scanned text means. A tag has its number and perhaps an item.

    A shelf has its address, and so has a place: a column, a face or a section, of which labels at
    the ends of columns tell. A shelf that was named by its tag has `epc` too; a tag that a shelf
    bore once has the `address` of that shelf.
    """

    kind: Literal["box", "file", "shelf", "place", "tag", "unknown"]
    text: str
    code: str | None = None
    address: str | None = None
    epc: str | None = None
    item: ItemView | None = None
    tag: Literal["current", "replaced", "unknown"] | None = None
    scheme: SchemeView | None = None
    room: str | None = None
    aisle: AisleView | None = None


class AstrayView(Shape):
    """A box or file that is not where it belongs, or nobody knows where; `aisle` leads to it."""

    kind: Literal["box", "file"]
    code: str
    box_code: str
    title: str
    home: str | None
    place: str | None
    since: datetime
    by: str | None
    confidence: float | None
    last_seen: SeenView | None
    room: str | None
    aisle: AisleView | None


class AstrayListView(Shape):
    """What lies wrong or is unplaced, newest first; `more` says that the list was cut."""

    boxes: list[AstrayView]
    more: bool


class HeardTagView(Shape):
    """A tag that is heard and belongs to nothing; `was` is what bore it once."""

    epc: str
    room: str
    zone: str
    reader: str
    first_at: datetime
    last_at: datetime
    gone: bool
    scheme: SchemeView | None
    was: BearerView | None
    aisle: AisleView | None


class HeardTagListView(Shape):
    """Tags that belong to nothing, last heard first; `more` says that the list was cut."""

    tags: list[HeardTagView]
    more: bool


class AnyItem(Asked):
    """A box or file by its code, or by its tag."""

    box_code: Code | None = None
    file_code: Code | None = None
    epc: EpcText | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(each is not None for each in (self.box_code, self.file_code, self.epc)) != 1:
            raise ValueError("name a box, a file or a tag, one of the three")
        return self


def scheme_view(scheme: Scheme | None) -> SchemeView | None:
    """Show how a number was made."""
    return None if scheme is None else SchemeView(name=scheme.name, uri=scheme.uri)
