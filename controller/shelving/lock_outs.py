"""Columns that must not move, in a person's name: which, and what stands in them.

The room keeps and enforces lock-outs; here they are read from what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from config.addresses import parse_address
from controller.holdings.shapes import LockedOutView
from controller.holdings.views import list_column_boxes
from controller.shelving.mirror import RoomMirror
from controller.shelving.shapes import BehindView, LentView, LockOutView, PersonView
from controller.store.engine import ReadSession
from drivers.messages import BankState, LockOut

MOST_BOXES = 200

Borrowers = Callable[[ReadSession, Sequence[str]], Mapping[str, str]]
"""Says who has which of some boxes, by box code."""


def find_lock_out(mirror: RoomMirror, addresses: Sequence[str | None]) -> LockedOutView | None:
    """Find the lock-out of the first of some addresses that stands in a locked-out column."""
    for text in addresses:
        place = parse_address(text) if text is not None else None
        if place is None or place.column is None:
            continue
        for bank, lock_out in _lock_outs(mirror, place.room):
            if (bank, lock_out.column) == (place.bank, place.column):
                return LockedOutView(
                    room=place.room,
                    bank=bank,
                    column=lock_out.column,
                    actor=lock_out.actor.name,
                    since=lock_out.since,
                    reason=lock_out.reason,
                )
    return None


def list_lock_outs(
    session: ReadSession,
    mirror: RoomMirror,
    room: str,
    *,
    borrowers: Borrowers,
    may_read_boxes: bool,
) -> list[LockOutView]:
    """List the lock-outs of a room with what stands in both faces of each column."""
    return [
        _view(session, room, bank, lock_out, borrowers if may_read_boxes else None)
        for bank, lock_out in _lock_outs(mirror, room)
    ]


def _lock_outs(mirror: RoomMirror, room: str) -> Iterator[tuple[int, LockOut]]:
    for seen in mirror.now(room).banks:
        if isinstance(seen.state, BankState):
            yield from ((seen.state.bank, lock_out) for lock_out in seen.state.lock_outs)


def _view(
    session: ReadSession, room: str, bank: int, lock_out: LockOut, borrowers: Borrowers | None
) -> LockOutView:
    behind = list_column_boxes(session, room, bank, lock_out.column)
    shown = behind[:MOST_BOXES] if borrowers is not None else ()
    lent = borrowers(session, [box.code for box in behind]) if borrowers is not None else {}
    return LockOutView(
        bank=bank,
        column=lock_out.column,
        actor=PersonView(id=lock_out.actor.id, name=lock_out.actor.name),
        since=lock_out.since,
        reason=lock_out.reason,
        boxes=[BehindView(code=box.code, title=box.title, address=box.address) for box in shown],
        box_count=len(behind),
        lent=[LentView(box_code=code, person=person) for code, person in sorted(lent.items())],
    )
