"""Finds what a scanned or typed text names here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import select
from sqlmodel import col

from config.addresses import parse_address
from config.room import Room
from config.site import Tagging
from controller.holdings import views
from controller.holdings.model import Item
from controller.holdings.shapes import ItemView, ShelfItemView
from controller.holdings.store import HIDDEN_IMPORTS
from controller.holdings.tables import BoxRow, FileRow, ShelfRow
from controller.store.engine import ReadSession
from controller.tags.aisles import find_aisle
from controller.tags.model import Scanned
from controller.tags.pairing_shelves import list_shelves
from controller.tags.scan_rules import is_likely_tag, read_scan
from controller.tags.shapes import AisleView, ScanView, scheme_view
from controller.tags.store import TagLook, look_up, shelves_named


def scan(session: ReadSession, rooms: Mapping[str, Room], tagging: Tagging, text: str) -> ScanView:
    """Say what a text names: a shelf, a box, a file, a part of a column, a tag.

    The number of a shelf names the shelf, also where it was printed and never paired.
    """
    scanned = read_scan(text, rooms)
    if (shelf := _find_shelf(session, scanned)) is not None:
        return _place_view(rooms, scanned, "shelf", shelf)
    if (item := _find_item(session, scanned)) is not None:
        return _item_view(session, rooms, scanned, item)
    if (place := _find_place(session, scanned)) is not None:
        return _place_view(rooms, scanned, "place", place)
    if scanned.epc is not None:
        look = look_up(session, tagging, [scanned.epc])[scanned.epc]
        if look.tag == "current" and isinstance(look.item, ShelfItemView):
            return _place_view(rooms, scanned, "shelf", look.item.code, look)
        if look.tag == "unknown":
            named = shelves_named(session, tagging, [scanned.epc]).get(scanned.epc)
            if named is not None:
                return _place_view(rooms, scanned, "shelf", named.code, look)
        if look.tag != "unknown" or is_likely_tag(scanned.epc):
            return _tag_view(rooms, scanned, look)
    return ScanView(kind="unknown", text=scanned.text)


def find_item(
    session: ReadSession, rooms: Mapping[str, Room], tagging: Tagging, text: str
) -> Item | None:
    """Say which box or file a text names, by code or by the tag it bears; `None` if none."""
    found = scan(session, rooms, tagging, text)
    if found.item is None or found.tag == "replaced":
        return None
    return Item(kind=found.item.kind, code=found.item.code)


def _find_shelf(session: ReadSession, scanned: Scanned) -> str | None:
    if scanned.only not in (None, "shelf") or scanned.shelf is None:
        return None
    row = session.get(ShelfRow, scanned.shelf)
    return None if row is None or row.removed_at is not None else row.address


def _find_place(session: ReadSession, scanned: Scanned) -> str | None:
    """Find a part of a column that has shelves."""
    if scanned.only not in (None, "shelf") or scanned.place is None:
        return None
    there = list_shelves(session, parse_address(scanned.place))
    return scanned.place if there else None


def _find_item(session: ReadSession, scanned: Scanned) -> Item | None:
    tables: tuple[tuple[Literal["box", "file"], type[BoxRow | FileRow]], ...] = (
        ("box", BoxRow),
        ("file", FileRow),
    )
    for kind, table in tables:
        if scanned.only not in (None, kind):
            continue
        query = (
            select(col(table.code))
            .where(col(table.code_key) == scanned.key)
            .where(col(table.import_id).not_in(HIDDEN_IMPORTS))
            .limit(2)
        )
        codes = list(session.execute(query).scalars())
        if scanned.text in codes:
            return Item(kind=kind, code=scanned.text)
        if len(codes) == 1:
            return Item(kind=kind, code=codes[0])
    return None


def _place_view(
    rooms: Mapping[str, Room],
    scanned: Scanned,
    kind: Literal["shelf", "place"],
    address: str,
    look: TagLook | None = None,
) -> ScanView:
    """Show a shelf or a part of a column; `look` says what is known of the tag that named it."""
    room, aisle = find_aisle(rooms, address)
    return ScanView(
        kind=kind,
        text=scanned.text,
        address=address,
        epc=look.epc if look else None,
        tag=look.tag if look else None,
        scheme=scheme_view(look.scheme) if look else None,
        room=room,
        aisle=AisleView.of(aisle),
    )


def _item_view(
    session: ReadSession, rooms: Mapping[str, Room], scanned: Scanned, item: Item
) -> ScanView:
    view = views.show_items(session, [item])[item]
    room, aisle = find_aisle(rooms, view.place.address)
    return ScanView(
        kind=item.kind,
        text=scanned.text,
        code=item.code,
        item=view,
        room=room,
        aisle=AisleView.of(aisle),
    )


def _tag_view(rooms: Mapping[str, Room], scanned: Scanned, look: TagLook) -> ScanView:
    item = look.item if isinstance(look.item, ItemView) else None
    shelf = look.item.code if isinstance(look.item, ShelfItemView) else None
    room, aisle = find_aisle(rooms, item.place.address if item else shelf)
    return ScanView(
        kind="tag",
        text=scanned.text,
        address=shelf,
        epc=look.epc,
        item=item,
        tag=look.tag,
        scheme=scheme_view(look.scheme),
        room=room,
        aisle=AisleView.of(aisle),
    )
