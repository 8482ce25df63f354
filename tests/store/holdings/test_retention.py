"""What is kept for a time only is let go by the nightly job, and nothing else is."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from controller.audit.store import list_entries
from controller.context import Context
from controller.jobs.scheduler import run_due
from controller.jobs.standing import standing_jobs
from controller.readers import retention
from controller.readers.tables import PassageRow
from controller.tags.heard import list_heard
from drivers.messages import BoxGone, BoxSeen
from tests.store.holdings.conftest import StandingClock
from tests.store.holdings.test_holdings_doors import left, tell

FOREIGN = "E28011606000020D3A5C1B00"


def run_nightly(context: Context) -> list[str]:
    jobs = [job for job in standing_jobs(context.site.zone()) if job.name == "retention"]
    return run_due(context, jobs)


def reads(context: Context) -> list[int]:
    with context.records.read() as session:
        query = select(PassageRow).order_by(col(PassageRow.id))
        return [len(row.reads) for row in session.execute(query).scalars()]


def let_go(context: Context) -> list[str]:
    with context.records.read() as session:
        return [e.detail for e in list_entries(session) if e.action == "retention.applied"]


def pass_quietly(context: Context, times: int) -> None:
    quiet = left(context, FOREIGN, known=False, alarmed=False)
    tell(context, *(quiet for _ in range(times)))


def test_reads_of_a_passage_without_alarm_stay_90_days(
    context: Context, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    pass_quietly(context, 5)
    tell(context, left(context, FOREIGN))
    clock.advance(days=1)
    pass_quietly(context, 1)
    clock.advance(days=89)
    assert run_nightly(context) == ["retention"]
    assert reads(context) == [1] * 7
    clock.advance(hours=23)
    run_nightly(context)
    assert reads(context) == [0, 0, 0, 0, 0, 1, 1], "an alarm keeps its evidence, a row its place"
    clock.advance(days=2)
    run_nightly(context)
    assert reads(context) == [0, 0, 0, 0, 0, 1, 0]
    assert let_go(context) == [
        '{"passages":1,"tags":0,"unit_decisions":0}',
        '{"passages":5,"tags":0,"unit_decisions":0}',
    ]
    clock.advance(days=2)
    run_nightly(context)
    assert len(let_go(context)) == 2, "a night with nothing to let go is not on record"


def test_an_unknown_tag_that_left_stays_listed_400_days(
    context: Context, clock: StandingClock
) -> None:
    def told(kind: type[BoxSeen] | type[BoxGone], epc: str) -> None:
        at = clock.now()
        tell(context, kind(at=at, epc=epc, zone="desk", confidence=0.99, reader="reader-1"))

    def listed() -> list[str]:
        with context.records.read() as session:
            return [row.epc for row in list_heard(session, "S1", limit=9)]

    still = FOREIGN.replace("00", "01")
    told(BoxSeen, FOREIGN)
    told(BoxSeen, still)
    clock.advance(days=500)
    run_nightly(context)
    assert listed() == [FOREIGN, still], "both lie on the desk all the time"
    told(BoxGone, FOREIGN)
    clock.advance(days=399)
    run_nightly(context)
    assert listed() == [FOREIGN, still]
    clock.advance(days=2)
    with context.hub.subscribe(lambda: None) as page:
        run_nightly(context)
        _, changes = page.take()
    assert listed() == [still]
    assert [(each.change.kind, each.change.key) for each in changes] == [
        ("unknown_tag", f"S1/{FOREIGN}")
    ]
    assert let_go(context) == ['{"passages":0,"tags":1,"unit_decisions":0}']
