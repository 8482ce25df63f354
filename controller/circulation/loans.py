"""Which tags may leave a room now: the list that the room's doors go by."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from config.clock import Clock
from controller.circulation.tables import CheckoutRow
from controller.holdings.tables import BoxRow, FileRow, ShelfRow
from controller.store.engine import ReadSession, Store
from drivers.messages import Loan, loans_digest

REREAD_S: Final = 1.0
"""All rooms ask every other second; one reading serves them all."""
_VERSION_DIGITS: Final = 12
"""Hexadecimal ones: such a number passes through any JSON unharmed."""


class Loans:
    """The open checkouts of tagged items, by room. Blocks; call it in threads."""

    def __init__(self, records: Store, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at_s: float | None = None
        self._rooms: Mapping[str, Sequence[Loan]] = {}

    def version(self, room: str) -> int:
        """Return a number that differs after every change of the room's loans."""
        return int(loans_digest(self.rows(room))[:_VERSION_DIGITS], 16)

    def rows(self, room: str) -> Sequence[Loan]:
        """List what may leave a room now, as read within the last second."""
        with self._lock:
            now_s = self._clock.monotonic()
            if self._read_at_s is None or now_s - self._read_at_s >= REREAD_S:
                with self._records.read() as session:
                    self._rooms = list_loans(session)
                self._read_at_s = now_s
            return self._rooms.get(room, ())


def list_loans(session: ReadSession) -> dict[str, list[Loan]]:
    """List the tags of all that is lent, by the room in which it belongs.

    A lent box takes its tagged files with it; a file may be lent without its box.
    """
    found: dict[str, set[str]] = {}
    for kind, epc, item in (
        ("box", col(BoxRow.epc), col(BoxRow.code)),
        ("box", col(FileRow.epc), col(BoxRow.code)),
        ("file", col(FileRow.epc), col(FileRow.code)),
    ):
        query = (
            select(col(ShelfRow.room), epc)
            .join(BoxRow, col(BoxRow.home_shelf) == col(ShelfRow.address))
            .outerjoin(FileRow, col(FileRow.box_code) == col(BoxRow.code))
            .join(CheckoutRow, col(CheckoutRow.item_code) == item)
            .where(col(CheckoutRow.item_kind) == kind)
            .where(col(CheckoutRow.returned_at).is_(None))
            .where(epc.is_not(None))
        )
        for room, tag in session.execute(query):
            found.setdefault(room, set()).add(tag)
    return {room: [Loan(epc=tag) for tag in sorted(tags)] for room, tags in found.items()}
