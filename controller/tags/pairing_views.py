"""How the work lists of pairing look on the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import select
from sqlmodel import col

from config.addresses import Face, parse_address
from controller.holdings.shapes import Shape
from controller.people.store import names_of
from controller.store.engine import ReadSession
from controller.tags.pairing_counts import (
    PairingTotals,
    ShelfWork,
    count_paired,
    count_work,
    list_shelf_work,
)
from controller.tags.pairing_shelves import list_paired, shelf_state
from controller.tags.shapes import Asked, Code, EpcText
from controller.tags.tables import PairingRow, PairingShelfRow

_Number = Annotated[int, Field(ge=1, le=999)]


class PairingAsked(Asked):
    """Which part of the room: all of it, a bank, a column, or one face."""

    bank: _Number | None = None
    column: _Number | None = None
    face: Face | None = None


class BoxAsked(Asked):
    """The next box of a shelf and the tag on it. `here`: it belongs on this shelf from now on."""

    box_code: Code
    epc: EpcText
    here: bool = False


class PairingShelfView(Shape):
    """A shelf of a work list. `boxes` belong there; `by` has it in hand since `since`."""

    address: str
    status: Literal["open", "started", "done"]
    boxes: int
    paired: int
    by: str | None
    since: datetime | None


class ScopeView(Shape):
    """A part of a room; what is empty is not narrowed."""

    bank: int | None
    column: int | None
    face: Face | None


class PairingView(Shape):
    """How far a work list is."""

    id: str
    room: str
    scope: ScopeView
    by: str
    at: datetime
    done: bool
    done_at: datetime | None
    total_shelves: int
    shelves_done: int
    boxes_total: int
    boxes_paired: int


class PairingPageView(PairingView):
    """A work list with its shelves, in the order of the steel."""

    shelves: list[PairingShelfView]


class PairingListView(Shape):
    """Work lists, the open ones first, then the newest."""

    pairings: list[PairingView]


class PairedView(Shape):
    """A box that was paired on a shelf."""

    box_code: str
    epc: str
    by: str
    at: datetime


class ShelfWorkView(Shape):
    """A shelf after a step: its state, its boxes left to right, and what was not scanned."""

    address: str
    status: Literal["open", "started", "done"]
    boxes: list[PairedView]
    missing: list[str]
    lent_to: str | None = None
    """Whose loan ended by this step."""


def show_pairing(session: ReadSession, row: PairingRow) -> PairingPageView:
    """Show a work list with all its shelves."""
    shelves = list_shelf_work(session, row.id)
    names = names_of(session, {row.by, *(shelf.by for shelf in shelves if shelf.by)})
    boxes_paired = sum(shelf.paired for shelf in shelves)
    totals = PairingTotals(
        shelves=len(shelves),
        shelves_done=sum(shelf.status == "done" for shelf in shelves),
        boxes=sum(shelf.boxes for shelf in shelves),
    )
    return PairingPageView(
        **_head(row, totals, boxes_paired, names),
        shelves=[shelf_view(shelf, names) for shelf in shelves],
    )


def shelf_view(shelf: ShelfWork, names: Mapping[str, str]) -> PairingShelfView:
    """Show how far a shelf is; `names` gives people by user id."""
    return PairingShelfView(
        address=shelf.address,
        status=shelf.status,
        boxes=shelf.boxes,
        paired=shelf.paired,
        by=None if shelf.by is None else names.get(shelf.by, shelf.by),
        since=shelf.since,
    )


def list_pairings(session: ReadSession, room: str, *, limit: int) -> PairingListView:
    """List the work lists of a room."""
    query = (
        select(PairingRow)
        .where(col(PairingRow.room) == room)
        .order_by(col(PairingRow.done_at).is_not(None), col(PairingRow.at).desc())
        .limit(limit)
    )
    rows = list(session.execute(query).scalars())
    ids = [row.id for row in rows]
    totals, paired = count_work(session, ids), count_paired(session, ids)
    names = names_of(session, {row.by for row in rows})
    return PairingListView(
        pairings=[
            PairingView(**_head(row, totals[row.id], paired.get(row.id, 0), names)) for row in rows
        ]
    )


def show_shelf(
    session: ReadSession, pairing_id: str, address: str, *, missing: Sequence[str] = ()
) -> ShelfWorkView:
    """Show a shelf of a work list after a step; raise LookupError if the list has no such shelf."""
    shelf = session.get(PairingShelfRow, (pairing_id, address))
    if shelf is None:
        raise LookupError(f"the work list {pairing_id} has no shelf {address}")
    boxes = list_paired(session, pairing_id, address)
    names = names_of(session, {box.by for box in boxes})
    return ShelfWorkView(
        address=address,
        status=shelf_state(shelf),
        boxes=[
            PairedView(box_code=box.box_code, epc=box.epc, by=names.get(box.by, box.by), at=box.at)
            for box in boxes
        ],
        missing=list(missing),
    )


def _head(
    row: PairingRow, totals: PairingTotals, boxes_paired: int, names: Mapping[str, str]
) -> dict[str, Any]:
    """Write what a work list and its page have in common."""
    return {
        "id": row.id,
        "room": row.room,
        "scope": _scope(row),
        "by": names.get(row.by, row.by),
        "at": row.at,
        "done": row.done_at is not None,
        "done_at": row.done_at,
        "total_shelves": totals.shelves,
        "shelves_done": totals.shelves_done,
        "boxes_total": totals.boxes,
        "boxes_paired": boxes_paired,
    }


def _scope(row: PairingRow) -> ScopeView:
    place = parse_address(row.scope)
    return ScopeView(bank=place.bank, column=place.column, face=place.face)
