"""Runs jobs when they are due, in worker threads, one process, wall-clock jobs only.

APScheduler only wakes us; what ran when stands in our own table, so a missed run is made up at
the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from controller.context import Context
from controller.jobs import store
from controller.jobs.rules import Schedule

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to do by the clock; `run` posts one intent and returns."""

    name: str
    schedule: Schedule
    run: Callable[[Context], None]


def run_due(context: Context, jobs: Sequence[Job]) -> list[str]:
    """Run every job that is due, note how it went, and name those that ran."""
    ran = []
    for job in jobs:
        now = context.clock.now()
        with context.records.read() as session:
            last = store.find_last_start(session, job.name)
        if job.schedule.next_run(last, now) <= now:
            _run(context, job)
            ran.append(job.name)
    return ran


@asynccontextmanager
async def running(context: Context, jobs: Sequence[Job]) -> AsyncIterator[None]:
    """Look for due jobs now and every half minute, until the block ends."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        run_due,
        "interval",
        seconds=_LOOK_EVERY_S,
        args=[context, jobs],
        id="due",
        next_run_time=datetime.now(UTC) + timedelta(seconds=1),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)


def _run(context: Context, job: Job) -> None:
    """A job that fails waits for its next turn; the failure is noted and logged."""
    with context.records.write() as session:
        store.note_start(session, job.name, context.clock.now())
    failure = None
    try:
        job.run(context)
    except Exception as error:
        _log.exception("job %s failed", job.name)
        failure = f"{type(error).__name__}: {error}"[:500]
    with context.records.write() as session:
        store.note_end(session, job.name, context.clock.now(), failure)
