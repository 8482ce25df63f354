"""Takes what a room decided about its tags: a box was seen, moved, or is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlmodel import col

from controller.context import Context
from controller.holdings import rules
from controller.holdings.model import Departure, HomeSlot, Place, Sighting
from controller.holdings.store import HIDDEN_IMPORTS, item_changed, place_of_box, put_box
from controller.holdings.tables import BoxRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import BoxGone, BoxMoved, BoxSeen, Event

_BATCH = 500

Borrowers = Callable[[ReadSession, Sequence[str]], Mapping[str, str]]
"""Says who has which of some boxes on loan, by box code."""


def apply_many(
    session: WriteSession,
    _context: Context,
    _agent: str,
    events: Sequence[Event],
    *,
    borrowers: Borrowers,
) -> list[LiveChange]:
    """Take what a room tells, in order. Tags of no box of ours change nothing.

    `borrowers` is circulation's to answer: a lent box that leaves is with its borrower.
    """
    told = [event for event in events if isinstance(event, BoxSeen | BoxMoved | BoxGone)]
    boxes = _boxes_by_epc(session, {event.epc for event in told})
    lent = borrowers(session, [box.code for box in boxes.values()])
    moved: dict[str, BoxRow] = {}
    for event in told:
        box = boxes.get(event.epc)
        if box is None:
            continue
        before = place_of_box(box)
        after = _after(event, before, _home_of(box), lent.get(box.code))
        _note_sighting(box, event)
        if after is not before:
            put_box(
                session, box, after, cause="reader", by=event.reader, confidence=event.confidence
            )
            moved[box.code] = box
    session.flush()
    return [item_changed("box", box.code, box.code, place_of_box(box)) for box in moved.values()]


def _boxes_by_epc(session: ReadSession, epcs: set[str]) -> dict[str, BoxRow]:
    wanted = sorted(epcs)
    found: dict[str, BoxRow] = {}
    for begin in range(0, len(wanted), _BATCH):
        query = (
            select(BoxRow)
            .where(col(BoxRow.epc).in_(wanted[begin : begin + _BATCH]))
            .where(col(BoxRow.import_id).not_in(HIDDEN_IMPORTS))
        )
        found |= {box.epc or "": box for box in session.execute(query).scalars()}
    return found


def _home_of(box: BoxRow) -> HomeSlot | None:
    if box.home_shelf is None:
        return None
    return HomeSlot(shelf=box.home_shelf, order_mm=box.home_order_mm or 0)


def _after(
    event: BoxSeen | BoxMoved | BoxGone,
    before: Place,
    home: HomeSlot | None,
    lent_to: str | None,
) -> Place:
    if isinstance(event, BoxGone):
        holder = event.holder.name if event.holder else None
        return rules.after_departure(
            before, lent_to, Departure(zone=event.zone, at=event.at, holder=holder)
        )
    return rules.after_sighting(before, home, Sighting(zone=event.zone, at=event.at))


def _note_sighting(box: BoxRow, event: BoxSeen | BoxMoved | BoxGone) -> None:
    """Remember who heard the box last; hearing it no more is no sighting."""
    if isinstance(event, BoxGone) or (box.seen_at is not None and event.at < box.seen_at):
        return
    box.seen_by, box.seen_zone = event.reader, event.zone
    box.seen_at, box.seen_confidence = event.at, event.confidence
