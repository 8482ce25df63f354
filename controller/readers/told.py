"""Keeps what rooms tell of their doors: which tags passed, and who silenced what sounded."""

from __future__ import annotations

from collections.abc import Sequence

from controller.audit import store as audit
from controller.context import Context
from controller.live import LiveChange
from controller.readers.passages import add_passages
from controller.store.engine import WriteSession
from drivers.messages import DoorMissed, DoorPassed, DoorSilenced, Event


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take what a room tells about its doors; others' events change nothing here."""
    passed = [event for event in events if isinstance(event, DoorPassed)]
    for event in events:
        match event:
            case DoorPassed(alarmed=True):
                audit.append(
                    session,
                    at=event.at,
                    actor=f"agent:{agent}",
                    action="door.left",
                    subject=f"{agent}/{event.door}",
                    detail={"epc": event.epc, "confidence": event.confidence},
                )
            case DoorMissed():
                audit.append(
                    session,
                    at=event.at,
                    actor=f"agent:{agent}",
                    action="door.missed",
                    subject=f"{agent}/{event.door}",
                    detail={"epc": event.epc},
                )
            case DoorSilenced():
                audit.append(
                    session,
                    at=event.at,
                    actor=event.actor.id,
                    action="door.silenced",
                    subject=f"{agent}/{event.door}",
                )
    return add_passages(session, context, agent, passed)
