"""Lets go of what doors heard: reads of a passage without alarm are evidence for 90 days only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlmodel import col

from controller.context import Context
from controller.readers.tables import READS_TO_LET_GO, PassageRow
from controller.store.engine import ReadSession, WriteSession

READS_KEPT: Final = timedelta(days=90)
BATCH: Final = 500
"""So many rows one transaction takes, so that nobody else waits long."""


def let_reads_go(context: Context) -> int:
    """Empty the reads of old passages that did not alarm; return of how many. The rows stay."""
    before = context.clock.now() - READS_KEPT
    emptied = 0
    while True:
        with context.records.write() as session:
            ids = list_old(session, before=before)
            if not ids:
                return emptied
            session.execute(update(PassageRow).where(col(PassageRow.id).in_(ids)).values(reads=[]))
        emptied += len(ids)


def list_old(session: ReadSession | WriteSession, *, before: datetime) -> list[int]:
    """List the oldest passages whose reads have had their time, at most a batch of them."""
    query = (
        select(col(PassageRow.id))
        .where(READS_TO_LET_GO, col(PassageRow.at) < before)
        .order_by(col(PassageRow.at))
        .limit(BATCH)
    )
    return [number for number in session.execute(query).scalars() if number is not None]
