"""Putting things away and looking a shelf through, with a scanner in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from controller.audit.store import append
from controller.circulation.model import Item
from controller.circulation.rules import sort_shelf
from controller.circulation.store import close_loan
from controller.holdings.by_hand import SCANNED, see_at
from controller.holdings.model import Place
from controller.holdings.rules import stands_in
from controller.holdings.store import HIDDEN_IMPORTS, get_box_row, get_file_row, place_of_box
from controller.holdings.tables import BoxRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAway:
    """Where an item is now, and whose loan ended by it."""

    place: Place
    change: LiveChange | None
    lent_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfCheck:
    """What was found on a shelf against what belongs there and is believed to be there."""

    right: tuple[Item, ...]
    misplaced_here: tuple[Item, ...]
    missing: tuple[Item, ...]
    away: tuple[Item, ...]
    """Belongs here and is known to be elsewhere."""
    changes: tuple[LiveChange, ...]


def put_away(
    session: WriteSession, item: Item, shelf: str, *, by: str, at: datetime, confidence: float
) -> PutAway:
    """Put an item on a shelf; a loan of it ends, for it is no longer with anybody.

    Raises NotHeld if the item is unknown.
    """
    place, change = see_at(session, item, shelf, by=by, at=at, confidence=confidence)
    lent_to = close_loan(session, item, by=by, at=at, to=place.kind)
    append(
        session,
        at=at,
        actor=by,
        action="circulation.put_away",
        subject=item.code,
        detail={
            "kind": item.kind,
            "shelf": shelf,
            "place": str(place.kind),
            "confidence": confidence,
        },
    )
    return PutAway(place=place, change=change, lent_to=lent_to)


def check_shelf(
    session: WriteSession, shelf: str, found: Sequence[Item], *, unknown: int, by: str, at: datetime
) -> ShelfCheck:
    """Compare what a person found on a shelf with what belongs there.

    What was found is seen there from now on, its loans stay open. What was not found stays where
    it was believed to be: one look proves nothing.
    """
    expected = _expected(session, shelf)
    sorted_ = sort_shelf(
        expected=list(expected),
        here={item for item, place in expected.items() if stands_in(place, shelf)},
        found=found,
        homes={item: _home(session, item) for item in found},
        shelf=shelf,
    )
    seen = [
        see_at(session, item, shelf, by=by, at=at, confidence=SCANNED)
        for item in dict.fromkeys(found)
    ]
    append(
        session,
        at=at,
        actor=by,
        action="circulation.shelf_checked",
        subject=shelf,
        detail={
            "right": len(sorted_.right),
            "misplaced_here": [item.code for item in sorted_.misplaced_here],
            "missing": [item.code for item in sorted_.missing],
            "unknown": unknown,
        },
    )
    return ShelfCheck(
        right=sorted_.right,
        misplaced_here=sorted_.misplaced_here,
        missing=sorted_.missing,
        away=sorted_.away,
        changes=tuple(change for _, change in seen if change is not None),
    )


def _expected(session: ReadSession, shelf: str) -> dict[Item, Place]:
    query = (
        select(BoxRow)
        .where(col(BoxRow.home_shelf) == shelf)
        .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        .order_by(col(BoxRow.home_order_mm), col(BoxRow.code))
    )
    return {
        Item(kind="box", code=box.code): place_of_box(box)
        for box in session.execute(query).scalars()
    }


def _home(session: ReadSession, item: Item) -> str | None:
    code = item.code if item.kind == "box" else get_file_row(session, item.code).box_code
    return get_box_row(session, code).home_shelf
