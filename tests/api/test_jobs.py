"""Jobs run by the clock; what was missed while the program was off is made up."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import func, select

from controller.audit.store import list_entries
from controller.context import Context
from controller.jobs.rules import Daily, Every
from controller.jobs.scheduler import Job, run_due, running
from controller.jobs.standing import standing_jobs
from controller.jobs.tables import JobRunRow
from controller.people.model import Post
from controller.people.tables import FailureRow, SessionRow

from .conftest import Api, StandingClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVERY_NIGHT = Daily(time(0, 30), SHANGHAI)


def test_a_daily_job_runs_by_the_clock_of_the_site() -> None:
    last = datetime(2026, 3, 1, 16, 31, tzinfo=UTC)  # half past midnight of 2 March in Shanghai
    assert EVERY_NIGHT.next_run(last, last) == datetime(2026, 3, 2, 16, 30, tzinfo=UTC)


def test_a_job_that_never_ran_is_due_at_once() -> None:
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert EVERY_NIGHT.next_run(None, now) == now
    assert Every(timedelta(minutes=10)).next_run(None, now) == now


def test_a_missed_run_is_made_up_once(context: Context, clock: StandingClock) -> None:
    runs: list[datetime] = []
    job = Job(name="n", schedule=EVERY_NIGHT, run=lambda context: runs.append(clock.now()))
    assert run_due(context, [job]) == ["n"]
    assert run_due(context, [job]) == []
    clock.advance(days=5)
    assert run_due(context, [job]) == ["n"]
    assert run_due(context, [job]) == []
    assert len(runs) == 2


@pytest.mark.parametrize("schedule", [EVERY_NIGHT, Every(timedelta(minutes=10))])
def test_a_clock_that_was_years_ahead_holds_no_job_up(
    context: Context, clock: StandingClock, schedule: Daily | Every
) -> None:
    job = Job(name="n", schedule=schedule, run=lambda _context: None)
    run_due(context, [job])
    clock.advance(days=-3650)
    assert run_due(context, [job]) == ["n"]
    assert run_due(context, [job]) == []


def test_a_job_that_fails_is_noted_and_holds_up_no_other(
    context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_context: Context) -> None:
        raise ValueError("no disk")

    after: list[int] = []
    every = Every(timedelta(minutes=10))
    jobs = [
        Job(name="bad", schedule=every, run=fail),
        Job(name="good", schedule=every, run=lambda _context: after.append(1)),
    ]
    run_due(context, jobs)
    assert after == [1]
    assert "job bad failed" in caplog.text
    with context.records.read() as session:
        assert session.get_one(JobRunRow, "bad").failure == "ValueError: no disk"
        assert session.get_one(JobRunRow, "bad").done_at is None
        assert session.get_one(JobRunRow, "good").failure is None


def test_the_scheduler_runs_what_is_due_and_stops_with_its_block(context: Context) -> None:
    ran = threading.Event()
    job = Job(name="n", schedule=Every(timedelta(minutes=1)), run=lambda _context: ran.set())

    async def story() -> None:
        async with running(context, [job]):
            assert await asyncio.to_thread(ran.wait, 10)

    asyncio.run(story())


def test_dead_sessions_and_old_failures_are_swept_and_living_ones_stay(api: Api) -> None:
    jobs = standing_jobs(SHANGHAI)
    api.browser().post("/api/v1/session", json={"name": "x", "password": "y"})
    old = api.signed_in(Post.ARCHIVIST)
    api.clock.advance(minutes=61)
    living = api.signed_in(Post.ARCHIVIST)
    run_due(api.context, jobs)
    with api.context.records.read() as session:
        assert session.exec(select(func.count()).select_from(SessionRow)).one() == 1
        assert session.exec(select(func.count()).select_from(FailureRow)).one() == 0
    assert living.get("/api/v1/session").json()["user"] is not None
    assert old.get("/api/v1/session").json()["user"] is None


def test_the_chain_is_checked_once_a_day(api: Api) -> None:
    run_due(api.context, standing_jobs(SHANGHAI))
    with api.context.records.read() as session:
        entry = list_entries(session, limit=1)[0]
    assert (entry.action, entry.outcome) == ("audit.checkpoint", "done")
    with api.context.records.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entries_no_update")
        connection.exec_driver_sql("UPDATE audit_entries SET actor = 'x' WHERE seq = 2")
    api.clock.advance(days=1)
    run_due(api.context, standing_jobs(SHANGHAI))
    with api.context.records.read() as session:
        entry = list_entries(session, limit=1)[0]
    assert entry.outcome == "broken"
    assert '"broken_seq":2' in entry.detail
