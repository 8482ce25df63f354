"""Takes what a person says who has a thing in hand at a shelf: a scan, a count, a code typed in."""

from __future__ import annotations

from datetime import datetime

from controller.holdings import file_rules, rules
from controller.holdings.model import HomeSlot, Item, Place, Seen, Sighting
from controller.holdings.store import (
    get_box_row,
    get_file_row,
    item_changed,
    note_seen,
    own_place_of_file,
    place_of_box,
    place_of_file,
    put_box,
    put_file,
)
from controller.holdings.tables import BoxRow
from controller.live import LiveChange
from controller.store.engine import WriteSession

SCANNED = 1.0
TYPED = 0.95
"""Codes of neighbours differ by a digit."""


def see_at(
    session: WriteSession, item: Item, shelf: str, *, by: str, at: datetime, confidence: float
) -> tuple[Place, LiveChange | None]:
    """Take it that a person sees an item on a shelf; return where it is, and what moved if it did.

    Raises NotHeld if the item is unknown.
    """
    seen = Seen(by=by, by_kind="person", zone=shelf, at=at, confidence=confidence)
    if item.kind == "box":
        box = get_box_row(session, item.code)
        changed = _see_box(session, box, seen)
        place = place_of_box(box)
    else:
        file = get_file_row(session, item.code)
        box = get_box_row(session, file.box_code)
        own = own_place_of_file(file)
        sighting = Sighting(zone=shelf, at=at)
        at_box = place_of_box(box) if own is not None else place_of_file(file, box)
        after = file_rules.after_sighting(own, at_box, home_of(box), sighting)
        changed = after is not own
        if changed:
            put_file(session, file, box, after, at=at, cause="person", by=by, confidence=confidence)
        note_seen(file, seen)
        place = place_of_file(file, box)
    session.flush()
    change = item_changed(item.kind, item.code, box.code, place) if changed else None
    return place, change


def home_of(box: BoxRow) -> HomeSlot | None:
    """Read out of a row where a box belongs."""
    if box.home_shelf is None:
        return None
    return HomeSlot(shelf=box.home_shelf, order_mm=box.home_order_mm or 0)


def _see_box(session: WriteSession, box: BoxRow, seen: Seen) -> bool:
    before = place_of_box(box)
    after = rules.after_sighting(before, home_of(box), Sighting(zone=seen.zone, at=seen.at))
    note_seen(box, seen)
    if after is before:
        return False
    put_box(session, box, after, cause="person", by=seen.by, confidence=seen.confidence)
    return True
