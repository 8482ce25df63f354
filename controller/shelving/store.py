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
from controller.shelving.model import Detail, LedgerStatus, MotionRequest, MotionStep
from controller.shelving.rules import ENDED, moves_on, place_of
from controller.shelving.tables import MotionRequestRow, MotionStepRow
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import Actor, Reply, Request, RequestChanged

_MOST_AFTER = 5


def create_request(
    session: WriteSession, room: str, request: Request, *, at: datetime, purpose: str | None
) -> MotionRequest:
    """Write a request and its audit entry, so that what cannot be audited is never sent."""
    row = session.get(MotionRequestRow, request.id)
    if row is None:  # a stop is written down after it was sent: the room may have told it first
        row = _row_from_desk(room, request, at)
        session.add(row)
        session.flush()
    row.purpose, row.program = purpose, request.program
    _add_step(session, row, MotionStep(status="asked", code=None, at=at))
    audit.append(
        session,
        at=at,
        actor=request.actor.id,
        action=f"motion.{request.verb}",
        subject=subject_of(room, request.bank),
        outcome="asked",
        detail={**_asked_detail(request), "purpose": purpose},
    )
    return _request(row, _steps(session, [row.id]))


def move_request(session: WriteSession, request_id: str, step: MotionStep) -> MotionRequest | None:
    """Note a step of a known request; return the request if it went on, else `None`."""
    row = session.get(MotionRequestRow, request_id, with_for_update=True)
    if row is None or not _add_step(session, row, step):
        return None
    return _request(row, _steps(session, [row.id]))


def record_reply(context: Context, room: str, reply: Reply) -> list[LiveChange]:
    """Note what a room answered; the room's event says the same again, for good."""
    with context.records.write() as session:
        moved = move_request(session, reply.request_id, step_of(reply))
    return [request_change(moved)] if moved is not None and moved.room == room else []


def step_of(reply: Reply) -> MotionStep:
    """Read the step out of a room's answer."""
    return MotionStep(
        status=reply.status, code=reply.code, at=reply.at, detail=reply.detail or None
    )


def apply_request(session: WriteSession, agent: str, event: RequestChanged) -> list[LiveChange]:
    """Take a step that a room tells of, and the request itself if it began at the bank."""
    row = session.get(MotionRequestRow, event.request_id, with_for_update=True)
    if row is None:
        row = _row_from_room(agent, event)
        session.add(row)
        session.flush()
    if row.room != agent:
        raise ValueError(f"request {event.request_id} belongs to another room than {agent}")
    row.vouched = sorted({*row.vouched, *event.vouched})
    moved = _add_step(session, row, MotionStep(status=event.status, code=event.code, at=event.at))
    audit.append(
        session,
        at=event.at,
        actor=event.actor.id,
        action=f"motion.{event.verb}",
        subject=subject_of(agent, event.bank),
        outcome=event.status,
        detail=_told_detail(event),
    )
    return [request_change(_request(row, _steps(session, [row.id])))] if moved else []


def find_request(session: ReadSession, room: str, request_id: str) -> MotionRequest | None:
    """Find a request of a room by its id."""
    row = session.get(MotionRequestRow, request_id)
    if row is None or row.room != room:
        return None
    return _request(row, _steps(session, [row.id]))


def list_requests(
    session: ReadSession,
    room: str,
    *,
    bank: int | None = None,
    open_only: bool = False,
    limit: int,
) -> list[MotionRequest]:
    """List the requests of a room, newest first, each with its steps in order."""
    query = (
        select(MotionRequestRow)
        .where(MotionRequestRow.room == room)
        .order_by(col(MotionRequestRow.asked_at).desc(), col(MotionRequestRow.id))
        .limit(limit)
    )
    if bank is not None:
        query = query.where(MotionRequestRow.bank == bank)
    if open_only:
        query = query.where(col(MotionRequestRow.status).not_in(ENDED))
    return _requests(session, list(session.exec(query)))


def list_after(
    session: ReadSession, room: str, bank: int, segment: int, moment: datetime
) -> list[MotionRequest]:
    """List what was asked next of a segment after a moment, in order."""
    query = (
        select(MotionRequestRow)
        .where(MotionRequestRow.room == room, MotionRequestRow.bank == bank)
        .where(MotionRequestRow.segment == segment, MotionRequestRow.asked_at > moment)
        .order_by(col(MotionRequestRow.asked_at), col(MotionRequestRow.id))
        .limit(_MOST_AFTER)
    )
    return _requests(session, list(session.exec(query)))


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
            "column": request.column,
            "to": None if request.to is None else request.to.model_dump(),
            "program": request.program,
            "actor": request.actor.name,
            "actor_id": request.actor.id,
            "origin": request.origin,
            "status": request.status,
            "code": request.code,
            "changed_at": request.changed_at.isoformat(),
        },
    )


def subject_of(room: str, bank: int) -> str:
    """Name what a request is about in the audit ledger: a bank, or the whole room."""
    return f"{room}-B{bank}" if bank else room


def actor_from(actor_id: str | None, name: str | None) -> Actor | None:
    """Put a person together from two columns."""
    return None if actor_id is None else Actor(id=actor_id, name=name or actor_id)


def _asked_detail(request: Request) -> dict[str, JsonValue]:
    detail: dict[str, JsonValue] = {
        "request": request.id,
        "segment": request.segment,
        "aisle": request.aisle,
    }
    more: dict[str, JsonValue] = {
        "column": request.column,
        "to": request.to.id if request.to is not None else None,
        "program": request.program,
        "reason": request.reason,
    }
    return detail | {name: value for name, value in more.items() if value is not None}


def _told_detail(event: RequestChanged) -> dict[str, JsonValue]:
    detail: dict[str, JsonValue] = {
        "request": event.request_id,
        "code": event.code,
        "aisle": event.aisle,
    }
    more: dict[str, JsonValue] = {
        "column": event.column,
        "to": event.to.id if event.to is not None else None,
        "reason": event.reason,
        "vouched": list(event.vouched) or None,
    }
    return detail | {name: value for name, value in more.items() if value is not None}


def _row_from_desk(room: str, request: Request, at: datetime) -> MotionRequestRow:
    return _row(room, request, request_id=request.id, origin="controller", at=at)


def _row_from_room(agent: str, event: RequestChanged) -> MotionRequestRow:
    return _row(agent, event, request_id=event.request_id, origin=event.origin, at=event.at)


def _row(
    room: str, asked: Request | RequestChanged, *, request_id: str, origin: str, at: datetime
) -> MotionRequestRow:
    return MotionRequestRow(
        id=request_id,
        room=room,
        verb=asked.verb,
        bank=asked.bank,
        segment=asked.segment,
        aisle=asked.aisle,
        column_no=asked.column,
        to_id=None if asked.to is None else asked.to.id,
        to_name=None if asked.to is None else asked.to.name,
        reason=asked.reason,
        vouched=sorted(asked.vouched),
        actor_id=asked.actor.id,
        actor_name=asked.actor.name,
        origin=origin,
        status="asked",
        asked_at=at,
        changed_at=at,
    )


def _add_step(session: WriteSession, row: MotionRequestRow, step: MotionStep) -> bool:
    """Keep a step once; say whether the request went on by it."""
    detail = None if step.detail is None else dict(step.detail)
    kept = session.get(MotionStepRow, (row.id, step.status))
    if kept is not None:  # the answer and the event tell one step, and only the answer has detail
        kept.detail = kept.detail or detail
        return False
    session.add(
        MotionStepRow(
            request_id=row.id, status=step.status, code=step.code, at=step.at, detail=detail
        )
    )
    moved = moves_on(cast(LedgerStatus, row.status), step.status)
    if moved:
        row.status, row.code, row.changed_at = step.status, step.code, step.at
    session.flush()
    return moved


def _steps(session: ReadSession, ids: Sequence[str]) -> list[MotionStepRow]:
    query = select(MotionStepRow).where(col(MotionStepRow.request_id).in_(ids))
    return list(session.exec(query))


def _requests(session: ReadSession, rows: Sequence[MotionRequestRow]) -> list[MotionRequest]:
    steps = _steps(session, [row.id for row in rows])
    return [_request(row, steps) for row in rows]


def _request(row: MotionRequestRow, steps: Sequence[MotionStepRow]) -> MotionRequest:
    fields = row.model_dump(exclude={"actor_id", "actor_name", "to_id", "to_name", "column_no"})
    own = [
        MotionStep(
            status=cast(LedgerStatus, step.status),
            code=step.code,
            at=step.at,
            detail=cast(Detail | None, step.detail),
        )
        for step in steps
        if step.request_id == row.id
    ]
    return MotionRequest(
        **fields | {"vouched": tuple(row.vouched)},
        column=row.column_no,
        actor=Actor(id=row.actor_id, name=row.actor_name),
        to=actor_from(row.to_id, row.to_name),
        steps=tuple(sorted(own, key=lambda step: (place_of(step.status), step.at))),
    )
