"""Keeps what rooms tell of their readers: tags that were written, and tags that passed a door."""

from __future__ import annotations

from collections.abc import Sequence

from controller.audit import store as audit
from controller.context import Context
from controller.live import LiveChange
from controller.store.engine import WriteSession
from drivers.messages import DoorPassed, Event, TagWritten


def apply_many(
    session: WriteSession, _context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take what a room tells about its readers; others' events are a bug."""
    for event in events:
        match event:
            case DoorPassed():
                _audit_passage(session, agent, event)
            case TagWritten():
                _audit_written(session, agent, event)
            case _:
                raise TypeError(f"readers do not take {event.kind}")
    return []


def _audit_passage(session: WriteSession, agent: str, event: DoorPassed) -> None:
    """Only what alarmed is written into the ledger; every passage is kept beside it."""
    if not event.alarmed:
        return
    audit.append(
        session,
        at=event.at,
        actor=f"agent:{agent}",
        action="door.left",
        subject=f"{agent}/{event.door}",
        detail={"epc": event.epc, "confidence": event.confidence},
    )


def _audit_written(session: WriteSession, agent: str, event: TagWritten) -> None:
    audit.append(
        session,
        at=event.at,
        actor=event.actor.id,
        action="tag.written",
        subject=f"{agent}/{event.reader}",
        detail={
            "epc": event.epc,
            "new_epc": event.new_epc,
            "locked": event.locked,
            "request": event.request_id,
        },
    )
