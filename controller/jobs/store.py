"""Remembers the last run of each job."""

from __future__ import annotations

from datetime import datetime

from controller.jobs.tables import JobRunRow
from controller.store.engine import ReadSession, WriteSession


def find_last_start(session: ReadSession, job: str) -> datetime | None:
    """Return when a job last started; `None` if it never did."""
    row = session.get(JobRunRow, job)
    return None if row is None else row.started_at


def note_start(session: WriteSession, job: str, now: datetime) -> None:
    """Note that a job starts."""
    session.merge(JobRunRow(job=job, started_at=now, done_at=None, failure=None))


def note_end(session: WriteSession, job: str, now: datetime, failure: str | None) -> None:
    """Note how a run ended."""
    row = session.get_one(JobRunRow, job)
    row.done_at = now if failure is None else None
    row.failure = failure
