"""Keeps what passed the doors, with the reads as evidence, and shows it with what it is.

Whoever watches the room may see what passed its doors, by codes, as alarms tell them too; titles
may name people, so they need `box.read`. The live feed carries codes alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import col

from controller.context import Context
from controller.holdings.model import Item
from controller.holdings.shapes import ItemView
from controller.holdings.tagging import find_items
from controller.holdings.views import show_items
from controller.live import LiveChange
from controller.readers.shapes import ItemCode, PassageView
from controller.readers.tables import PassageRow
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import DoorPassed


def add_passages(
    session: WriteSession, _context: Context, room: str, events: Sequence[DoorPassed]
) -> list[LiveChange]:
    """Keep what a room tells, each with the item that bears the tag now."""
    bearers = find_items(session, {event.epc for event in events})
    rows = [_row(room, event, bearers.get(event.epc)) for event in events]
    session.add_all(rows)
    session.flush()
    return [
        LiveChange(kind="passage", key=f"{room}/{view.id}", body=view.model_dump(mode="json"))
        for view in _views(rows, _codes(rows))
    ]


def list_passages(
    session: ReadSession, room: str, *, limit: int, with_titles: bool
) -> list[PassageView]:
    """List the passages of a room, newest first; without titles items have their codes alone."""
    query = (
        select(PassageRow)
        .where(col(PassageRow.room) == room)
        .order_by(col(PassageRow.id).desc())
        .limit(limit)
    )
    rows = list(session.execute(query).scalars())
    items = {item for row in rows if (item := _item(row)) is not None}
    return _views(rows, show_items(session, items) if with_titles else _codes(rows))


def _codes(rows: Sequence[PassageRow]) -> dict[Item, ItemCode]:
    items = {item for row in rows if (item := _item(row)) is not None}
    return {item: ItemCode(kind=item.kind, code=item.code) for item in items}


def _views(
    rows: Sequence[PassageRow], shown: Mapping[Item, ItemView] | Mapping[Item, ItemCode]
) -> list[PassageView]:
    views = []
    for row in rows:
        item = _item(row)
        found = None if item is None else shown.get(item)
        views.append(PassageView.model_validate({**row.model_dump(), "item": found}))
    return views


def _row(room: str, event: DoorPassed, item: Item | None) -> PassageRow:
    told = event.model_dump(mode="json", include={"reads"})
    return PassageRow(
        room=room,
        door=event.door,
        at=event.at,
        first_at=event.first_at,
        last_at=event.last_at,
        epc=event.epc,
        reader=event.reader,
        direction=event.direction,
        confidence=event.confidence,
        item_kind=None if item is None else item.kind,
        item_code=None if item is None else item.code,
        known=event.known,
        allowed=event.allowed,
        alarmed=event.alarmed,
        loans_age_s=event.loans_age_s,
        reads=told["reads"],
    )


def _item(row: PassageRow) -> Item | None:
    if row.item_code is None:
        return None
    return Item(kind="file" if row.item_kind == "file" else "box", code=row.item_code)
