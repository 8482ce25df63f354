"""Counts how far work lists are: a room has a hundred thousand boxes, and all of them are asked.

Boxes are counted out of the index of homes alone. Those of an unfinished import, which nobody may
see, are counted apart and taken off: there are hardly ever any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, case, func, select
from sqlmodel import col

from controller.holdings.store import HIDDEN_IMPORTS
from controller.holdings.tables import BoxRow
from controller.store.engine import ReadSession
from controller.tags.pairing_rules import ShelfState
from controller.tags.pairing_shelves import parse_state
from controller.tags.tables import PairedBoxRow, PairingShelfRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingTotals:
    """What a work list is made of."""

    shelves: int
    shelves_done: int
    boxes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfWork:
    """A shelf of a work list: `boxes` belong there, `by` has it in hand since `since`."""

    address: str
    status: ShelfState
    boxes: int
    paired: int
    by: str | None
    since: datetime | None


def list_shelf_work(session: ReadSession, pairing_id: str) -> list[ShelfWork]:
    """List the shelves of a work list in the order of the steel."""
    shelf = PairingShelfRow
    query = (
        select(
            col(shelf.address), col(shelf.state), col(shelf.by), col(shelf.since), _boxes_there()
        )
        .where(col(shelf.pairing_id) == pairing_id)
        .order_by(col(shelf.position))
    )
    paired, hidden = _paired_by_shelf(session, pairing_id), _hidden_by_shelf(session, pairing_id)
    return [
        ShelfWork(
            address=address,
            status=parse_state(address, state),
            boxes=boxes - hidden.get(address, 0),
            paired=paired.get(address, 0),
            by=by,
            since=since,
        )
        for address, state, by, since, boxes in session.execute(query)
    ]


def find_shelf_work(session: ReadSession, pairing_id: str, address: str) -> ShelfWork | None:
    """Count one shelf of a work list; `None` if it is not on the list."""
    shelf = session.get(PairingShelfRow, (pairing_id, address))
    if shelf is None:
        return None
    boxes = select(func.count()).where(
        col(BoxRow.home_shelf) == address, col(BoxRow.import_id).not_in(HIDDEN_IMPORTS)
    )
    paired = select(func.count()).where(
        col(PairedBoxRow.pairing_id) == pairing_id,
        col(PairedBoxRow.address) == address,
        col(PairedBoxRow.undone_at).is_(None),
    )
    return ShelfWork(
        address=address,
        status=parse_state(address, shelf.state),
        boxes=session.execute(boxes).scalar_one(),
        paired=session.execute(paired).scalar_one(),
        by=shelf.by,
        since=shelf.since,
    )


def count_work(session: ReadSession, pairing_ids: Sequence[str]) -> Mapping[str, PairingTotals]:
    """Count shelves and boxes of work lists, by their ids."""
    shelf = PairingShelfRow
    query = (
        select(
            col(shelf.pairing_id),
            func.count(),
            func.sum(case((col(shelf.state) == "done", 1), else_=0)),
            func.sum(_boxes_there()),
        )
        .where(col(shelf.pairing_id).in_(pairing_ids))
        .group_by(col(shelf.pairing_id))
    )
    hidden = _counts(
        session, _hidden(col(shelf.pairing_id)).where(col(shelf.pairing_id).in_(pairing_ids))
    )
    return {
        name: PairingTotals(
            shelves=shelves, shelves_done=done, boxes=int(boxes) - hidden.get(name, 0)
        )
        for name, shelves, done, boxes in session.execute(query)
    }


def count_paired(session: ReadSession, pairing_ids: Sequence[str]) -> Mapping[str, int]:
    """Count the boxes that were paired on work lists and not taken back, by their ids."""
    query = (
        select(col(PairedBoxRow.pairing_id), func.count())
        .where(col(PairedBoxRow.pairing_id).in_(pairing_ids))
        .where(col(PairedBoxRow.undone_at).is_(None))
        .group_by(col(PairedBoxRow.pairing_id))
    )
    return _counts(session, query)


def _boxes_there() -> ScalarSelect[int]:
    """Count the boxes of each shelf, hidden ones too."""
    return (
        select(func.count())
        .select_from(BoxRow)
        .where(col(BoxRow.home_shelf) == col(PairingShelfRow.address))
        .correlate(PairingShelfRow)
        .scalar_subquery()
    )


def _hidden(by: Any) -> Select[Any, int]:
    return (
        select(by, func.count())
        .select_from(BoxRow)
        .join(PairingShelfRow, col(PairingShelfRow.address) == col(BoxRow.home_shelf))
        .where(col(BoxRow.import_id).in_(HIDDEN_IMPORTS))
        .group_by(by)
    )


def _hidden_by_shelf(session: ReadSession, pairing_id: str) -> Mapping[str, int]:
    shelf = PairingShelfRow
    mine = _hidden(col(shelf.address)).where(col(shelf.pairing_id) == pairing_id)
    return _counts(session, mine)


def _paired_by_shelf(session: ReadSession, pairing_id: str) -> Mapping[str, int]:
    query = (
        select(col(PairedBoxRow.address), func.count())
        .where(col(PairedBoxRow.pairing_id) == pairing_id)
        .where(col(PairedBoxRow.undone_at).is_(None))
        .group_by(col(PairedBoxRow.address))
    )
    return _counts(session, query)


def _counts(session: ReadSession, query: Select[Any, int]) -> Mapping[str, int]:
    return {row[0]: row[1] for row in session.execute(query)}
