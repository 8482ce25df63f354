"""The request ledger: written before a request is sent, moved on by what the room tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from pydantic import JsonValue
from sqlmodel import col, select

from controller.audit import store as audit
from controller.context import Context
from controller.live import LiveChange
from controller.shelving.model import LedgerStatus, MotionRequest, MotionStep
from controller.shelving.rules import moves_on, place_of
from controller.shelving.tables import MotionRequestRow, MotionStepRow
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import (
    Actor,
    DeviceChanged,
    Event,
    ProgramChanged,
    Reply,
    Request,
    RequestChanged,
    SteelHalted,
)


def create_request(
    session: WriteSession, room: str, request: Request, *, at: datetime, purpose: str | None
) -> MotionRequest:
    """Write a request and its audit entry, so that what cannot be audited is never sent."""
    row = session.get(MotionRequestRow, request.id)
    if row is None:  # a stop is written down after it was sent: the room may have told it first
        row = _row_from_desk(room, request, at)
        session.add(row)
        session.flush()
    row.purpose = purpose
    _add_step(session, row, "asked", None, at)
    detail: dict[str, JsonValue] = {"request": request.id, "segment": request.segment}
    detail |= {"aisle": request.aisle, "purpose": purpose}
    audit.append(
        session,
        at=at,
        actor=request.actor.id,
        action=f"motion.{request.verb}",
        subject=f"{room}-B{request.bank}",
        outcome="asked",
        detail=detail,
    )
    return _request(row, _steps(session, [row.id]))


def move_request(
    session: WriteSession, request_id: str, status: LedgerStatus, code: str | None, at: datetime
) -> MotionRequest | None:
    """Note a step of a known request; return the request if it went on, else `None`."""
    row = session.get(MotionRequestRow, request_id, with_for_update=True)
    if row is None or not _add_step(session, row, status, code, at):
        return None
    return _request(row, _steps(session, [row.id]))


def record_reply(context: Context, room: str, reply: Reply) -> list[LiveChange]:
    """Note what a room answered; the room's event says the same again, for good."""
    with context.records.write() as session:
        moved = move_request(session, reply.request_id, reply.status, reply.code, reply.at)
    return [request_change(moved)] if moved is not None and moved.room == room else []


def find_request(session: ReadSession, room: str, request_id: str) -> MotionRequest | None:
    """Find a request of a room by its id."""
    row = session.get(MotionRequestRow, request_id)
    if row is None or row.room != room:
        return None
    return _request(row, _steps(session, [row.id]))


def list_requests(session: ReadSession, room: str, *, limit: int) -> list[MotionRequest]:
    """List the requests of a room, newest first, each with its steps in order."""
    query = (
        select(MotionRequestRow)
        .where(MotionRequestRow.room == room)
        .order_by(col(MotionRequestRow.asked_at).desc(), col(MotionRequestRow.id))
        .limit(limit)
    )
    rows = list(session.exec(query))
    steps = _steps(session, [row.id for row in rows])
    return [_request(row, steps) for row in rows]


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take what a room tells about requests, halts and devices; others' events are a bug."""
    changes: list[LiveChange] = []
    for event in events:
        match event:
            case RequestChanged():
                changes += _apply_request(session, agent, event)
            case SteelHalted():
                _audit_halt(session, agent, event)
            case ProgramChanged():
                _audit_program(session, agent, event)
            case DeviceChanged():
                _audit_device(session, agent, event)
            case _:
                raise TypeError(f"shelving does not take {event.kind}")
    return changes


def request_change(request: MotionRequest) -> LiveChange:
    """Tell the pages what became of a request."""
    return LiveChange(
        kind="request",
        key=request.id,
        body={
            "room": request.room,
            "id": request.id,
            "verb": request.verb,
            "bank": request.bank,
            "segment": request.segment,
            "aisle": request.aisle,
            "actor": request.actor_name,
            "origin": request.origin,
            "status": request.status,
            "code": request.code,
            "changed_at": request.changed_at.isoformat(),
        },
    )


def _apply_request(session: WriteSession, agent: str, event: RequestChanged) -> list[LiveChange]:
    row = session.get(MotionRequestRow, event.request_id, with_for_update=True)
    if row is None:
        row = _row_from_room(agent, event)
        session.add(row)
        session.flush()
    if row.room != agent:
        raise ValueError(f"request {event.request_id} belongs to another room than {agent}")
    moved = _add_step(session, row, event.status, event.code, event.at)
    _audit(
        session,
        agent,
        at=event.at,
        actor=event.actor,
        action=f"motion.{event.verb}",
        bank=event.bank,
        outcome=event.status,
        detail={"request": event.request_id, "code": event.code, "aisle": event.aisle},
    )
    return [request_change(_request(row, _steps(session, [row.id])))] if moved else []


def _row_from_desk(room: str, request: Request, at: datetime) -> MotionRequestRow:
    return MotionRequestRow(
        id=request.id,
        room=room,
        verb=request.verb,
        bank=request.bank,
        segment=request.segment,
        aisle=request.aisle,
        actor_id=request.actor.id,
        actor_name=request.actor.name,
        origin="controller",
        status="asked",
        asked_at=at,
        changed_at=at,
    )


def _row_from_room(agent: str, event: RequestChanged) -> MotionRequestRow:
    return MotionRequestRow(
        id=event.request_id,
        room=agent,
        verb=event.verb,
        bank=event.bank,
        segment=event.segment,
        aisle=event.aisle,
        actor_id=event.actor.id,
        actor_name=event.actor.name,
        origin=event.origin,
        status="asked",
        asked_at=event.at,
        changed_at=event.at,
    )


def _audit_halt(session: WriteSession, agent: str, event: SteelHalted) -> None:
    _audit(
        session,
        agent,
        at=event.at,
        actor=event.actor,
        action=event.kind.replace("_", "."),
        bank=event.bank,
        outcome="done",
        detail={"segment": event.segment, "why": event.why},
    )


def _audit_program(session: WriteSession, agent: str, event: ProgramChanged) -> None:
    program = event.program
    audit.append(
        session,
        at=event.at,
        actor=f"agent:{agent}" if event.actor is None else event.actor.id,
        action=f"program.{program.status}",
        subject=f"{agent}/{program.program}",
        detail={"program": program.id, "why": program.why},
    )


def _audit_device(session: WriteSession, agent: str, event: DeviceChanged) -> None:
    audit.append(
        session,
        at=event.at,
        actor=f"agent:{agent}",
        action=event.kind.replace("_", "."),
        subject=f"{agent}/{event.device}",
        detail={"why": event.why},
    )


def _audit(
    session: WriteSession,
    agent: str,
    *,
    at: datetime,
    actor: Actor | None,
    action: str,
    bank: int,
    outcome: str,
    detail: dict[str, JsonValue],
) -> None:
    audit.append(
        session,
        at=at,
        actor=actor.id if actor is not None else f"agent:{agent}",
        action=action,
        subject=f"{agent}-B{bank}",
        outcome=outcome,
        detail=detail,
    )


def _add_step(
    session: WriteSession,
    row: MotionRequestRow,
    status: LedgerStatus,
    code: str | None,
    at: datetime,
) -> bool:
    """Keep a step once; say whether the request went on by it."""
    if session.get(MotionStepRow, (row.id, status)) is not None:
        return False
    session.add(MotionStepRow(request_id=row.id, status=status, code=code, at=at))
    moved = moves_on(cast(LedgerStatus, row.status), status)
    if moved:
        row.status, row.code, row.changed_at = status, code, at
    session.flush()
    return moved


def _steps(session: ReadSession | WriteSession, ids: Sequence[str]) -> list[MotionStepRow]:
    query = select(MotionStepRow).where(col(MotionStepRow.request_id).in_(ids))
    return list(session.exec(query))


def _request(row: MotionRequestRow, steps: Sequence[MotionStepRow]) -> MotionRequest:
    fields = row.model_dump()
    own = [
        MotionStep(status=cast(LedgerStatus, step.status), code=step.code, at=step.at)
        for step in steps
        if step.request_id == row.id
    ]
    in_order = sorted(own, key=lambda step: (place_of(step.status), step.at))
    return MotionRequest(**fields, steps=tuple(in_order))
