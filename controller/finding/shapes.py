"""How hits look on the API."""

from __future__ import annotations

from typing import Literal

from controller.holdings.shapes import DwellingView, HouseholdView, PlaceView, Shape, State


class HitView(Shape):
    """A box or file that answers a query, with where it is now."""

    kind: Literal["file", "box"]
    code: str
    title: str
    box_code: str
    household: HouseholdView | None
    dwelling: DwellingView | None
    masked_id: str | None
    matched: Literal["code", "name", "id_number", "address", "household", "pinyin", "title"]
    home: str | None
    place: PlaceView
    state: State


class HitsView(Shape):
    """The answer to a query."""

    query: str
    hits: list[HitView]
    more: bool
    took_ms: float
