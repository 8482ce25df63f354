"""The jobs every site has."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from controller.audit import store as audit
from controller.climate.calibration.watch import look_at_certificates
from controller.climate.drift_watch import look_for_drift
from controller.climate.loggers.imports import let_files_go
from controller.climate.series.retention import let_raw_go
from controller.climate.units.store import let_decisions_go
from controller.context import Context
from controller.jobs.rules import Daily, Every
from controller.jobs.scheduler import Job
from controller.people.sessions import sweep_sessions
from controller.people.signing_in import sweep_failures
from controller.readers.retention import let_reads_go
from controller.tags.heard import forget_gone


def standing_jobs(zone: ZoneInfo) -> tuple[Job, ...]:
    """List them; days begin in the site's own zone."""
    return (
        Job(name="sweep_sessions", schedule=Every(timedelta(minutes=10)), run=_sweep),
        Job(name="audit_checkpoint", schedule=Daily(time(0, 30), zone), run=_checkpoint),
        Job(name="certificates", schedule=Every(timedelta(hours=1)), run=look_at_certificates),
        Job(name="retention", schedule=Daily(time(1, 0), zone), run=_let_go),
        Job(name="climate_drift", schedule=Daily(time(3, 0), zone), run=look_for_drift),
        Job(name="climate_retention", schedule=Daily(time(2, 0), zone), run=_let_raw_go),
    )


def _sweep(context: Context) -> None:
    now = context.clock.now()
    with context.records.write() as session:
        sweep_sessions(session, now=now)
        sweep_failures(session, now=now)


def _let_go(context: Context) -> None:
    """Let go of what is kept for a time only, and write down how much that was."""
    passages = let_reads_go(context)
    decisions = let_decisions_go(context)
    let_files_go(context)
    now = context.clock.now()
    with context.records.write() as session:
        forgotten = forget_gone(session, now=now)
        if passages or forgotten or decisions:
            audit.append(
                session,
                at=now,
                actor="system",
                action="retention.applied",
                subject="retention",
                detail={
                    "passages": passages,
                    "tags": len(forgotten),
                    "unit_decisions": decisions,
                },
            )
    context.hub.publish(*forgotten)


def _let_raw_go(context: Context) -> None:
    """Let go of raw readings of the climate, and write down how many that were."""
    if readings := let_raw_go(context):
        with context.records.write() as session:
            audit.append(
                session,
                at=context.clock.now(),
                actor="system",
                action="retention.applied",
                subject="climate",
                detail={"readings": readings},
            )


def _checkpoint(context: Context) -> None:
    """Verify the whole chain once a day and write down what was found."""
    with context.records.read() as session:
        verdict = audit.verify_chain(session)
        head = audit.find_head(session)
    with context.records.write() as session:
        audit.append(
            session,
            at=context.clock.now(),
            actor="system",
            action="audit.checkpoint",
            subject="audit",
            outcome="done" if verdict.whole else "broken",
            detail={
                "entries": verdict.entries,
                "broken_seq": verdict.broken_seq,
                "head": head.hash if head else None,
            },
        )
