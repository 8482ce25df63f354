"""Lets go of what doors heard: reads of a passage without alarm are evidence for 90 days only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Text, cast, select, update
from sqlmodel import col

from controller.context import Context
from controller.readers.tables import PassageRow
from controller.store.engine import WriteSession

READS_KEPT: Final = timedelta(days=90)
BATCH: Final = 500
"""So many rows one transaction takes, so that nobody else waits long."""


def let_reads_go(context: Context) -> int:
    """Empty the reads of old passages that did not alarm; return of how many. The rows stay."""
    before = context.clock.now() - READS_KEPT
    emptied, after = 0, 0
    while True:
        with context.records.write() as session:
            ids = _list_old(session, before=before, after=after)
            if not ids:
                return emptied
            session.execute(update(PassageRow).where(col(PassageRow.id).in_(ids)).values(reads=[]))
        emptied, after = emptied + len(ids), ids[-1]


def _list_old(session: WriteSession, *, before: datetime, after: int) -> list[int]:
    query = (
        select(col(PassageRow.id))
        .where(col(PassageRow.id) > after)
        .where(col(PassageRow.at) < before, col(PassageRow.alarmed).is_(False))
        .where(cast(col(PassageRow.reads), Text) != "[]")
        .order_by(col(PassageRow.id))
        .limit(BATCH)
    )
    return [number for number in session.execute(query).scalars() if number is not None]
