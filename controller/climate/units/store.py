"""Keeps what rooms tell of their units and contacts of the air."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import col, select

from controller.audit import store as audit
from controller.climate.units.tables import AirContactRow, UnitDecisionRow
from controller.context import Context
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import AirContactChanged, Event, UnitDecided

DECISIONS_KEPT: Final = timedelta(days=400)
BATCH: Final = 500
"""So many rows one transaction takes, so that nobody else waits long."""


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take what a room tells about its air; others' events change nothing here."""
    changes: list[LiveChange] = []
    for event in events:
        match event:
            case UnitDecided():
                changes.append(_keep_decision(session, agent, event))
            case AirContactChanged():
                changes.append(_keep_contact(session, agent, event))
    return changes


def list_decisions(
    session: ReadSession,
    room: str,
    device: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int,
) -> Sequence[UnitDecisionRow]:
    """List what was decided about a unit, newest first."""
    query = select(UnitDecisionRow).where(
        UnitDecisionRow.room == room, UnitDecisionRow.device == device
    )
    if start is not None:
        query = query.where(col(UnitDecisionRow.at) >= start)
    if end is not None:
        query = query.where(col(UnitDecisionRow.at) < end)
    return session.exec(query.order_by(col(UnitDecisionRow.id).desc()).limit(limit)).all()


def list_contacts(session: ReadSession, room: str) -> Sequence[AirContactRow]:
    """List what the contacts of a room said last."""
    query = select(AirContactRow).where(AirContactRow.room == room)
    return session.exec(query.order_by(col(AirContactRow.device), col(AirContactRow.input))).all()


def let_decisions_go(context: Context) -> int:
    """Delete decisions that had their time; return how many."""
    before = context.clock.now() - DECISIONS_KEPT
    gone = 0
    while True:
        with context.records.write() as session:
            query = select(UnitDecisionRow.id).where(col(UnitDecisionRow.at) < before).limit(BATCH)
            ids = session.exec(query).all()
            if not ids:
                return gone
            session.execute(delete(UnitDecisionRow).where(col(UnitDecisionRow.id).in_(ids)))
        gone += len(ids)


def _keep_decision(session: WriteSession, room: str, event: UnitDecided) -> LiveChange:
    actor = event.actor
    session.add(
        UnitDecisionRow(
            room=room,
            device=event.device,
            at=event.at,
            does=event.does,
            zone=event.zone,
            wanted=event.wanted,
            on=event.on,
            why=event.why,
            detail=dict(event.detail),
            actor_id=None if actor is None else actor.id,
            actor_name=None if actor is None else actor.name,
        )
    )
    if actor is not None:
        audit.append(
            session,
            at=event.at,
            actor=actor.id,
            action="unit.decided",
            subject=f"{room}/{event.device}",
            detail={"wanted": event.wanted, "on": event.on, "why": event.why},
        )
    body = event.model_dump(mode="json") | {"room": room}
    return LiveChange(kind="unit_decision", key=f"{room}/{event.device}", body=body)


def _keep_contact(session: WriteSession, room: str, event: AirContactChanged) -> LiveChange:
    row = session.get(AirContactRow, (room, event.device, event.input))
    if row is None:
        row = AirContactRow(
            room=room, device=event.device, input=event.input, says=event.says, at=event.at
        )
        session.add(row)
    row.says, row.zone, row.safe, row.at = event.says, event.zone, event.safe, event.at
    body = event.model_dump(mode="json") | {"room": room}
    return LiveChange(kind="air_contact", key=f"{room}/{event.device}/{event.input}", body=body)
