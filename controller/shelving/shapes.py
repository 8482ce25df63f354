"""How the steel looks on the API: requests and their steps, trips, history, turns, lock-outs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from controller.shelving.model import (
    DeviceStep,
    HistoryEntry,
    LedgerStatus,
    MotionRequest,
    ProgramStep,
    SteelStep,
    SteelTold,
    Trip,
    TripStatus,
    Turn,
    TurnStatus,
)
from drivers.messages import Actor, Identifier, Program, Text, Verb


class SawBody(BaseModel):
    """Which state the person looked at when asking."""

    boot_id: Identifier
    version: int


class Ask(BaseModel):
    """A wish. A stop needs nothing but the verb, and then stops the whole room."""

    verb: Verb
    bank: int | None = None
    segment: int | None = None
    aisle: int | None = None
    column: int | None = None
    to_user: Annotated[str, Field(max_length=64)] | None = None
    program: Program | None = None
    reason: Text | None = None
    saw: SawBody | None = None
    purpose: Annotated[str, Field(max_length=200)] | None = None


class Answer(BaseModel):
    """What the room said first; what follows comes over the stream."""

    id: str
    status: Literal["armed", "accepted", "started", "done"]
    ids: list[str]
    """One request per bank; more than one only for a stop of the whole room."""


class PersonView(BaseModel):
    """Somebody who works here."""

    id: str
    name: str


class PeopleView(BaseModel):
    """Whom an aisle may be handed to."""

    people: list[PersonView]


class StepView(BaseModel):
    """A step of a request, with what the room added to its answer."""

    status: LedgerStatus
    code: str | None
    at: datetime
    detail: dict[str, str | int | float] | None


class RequestView(BaseModel):
    """A request and its steps so far. Bank 0 stands for the whole room."""

    id: str
    verb: str
    bank: int
    segment: int | None
    aisle: int | None
    column: int | None
    to: PersonView | None
    program: str | None
    reason: str | None
    vouched: list[str]
    actor: str
    actor_id: str
    origin: str
    purpose: str | None
    status: LedgerStatus
    code: str | None
    asked_at: datetime
    changed_at: datetime
    steps: list[StepView]


class RequestsView(BaseModel):
    """Requests, newest first."""

    requests: list[RequestView]


class StoryView(BaseModel):
    """A step in the story of a trip."""

    kind: SteelStep
    at: datetime
    actor: PersonView | None
    why: str


class TripView(BaseModel):
    """A trip with its chain of evidence: what was asked, what was said, what followed."""

    id: str
    room: str
    bank: int
    segment: int
    code: str
    raw: str | None
    at: datetime
    status: TripStatus
    request: RequestView | None
    said: dict[str, str]
    story: list[StoryView]
    after: list[RequestView]


class TripsView(BaseModel):
    """Trips, newest first."""

    trips: list[TripView]


class HistoryView(BaseModel):
    """What happened to a bank, newest first; each entry has `at`, `kind` and what belongs to it."""

    entries: list[dict[str, Any]]


class WaitBody(BaseModel):
    """For which aisle somebody waits."""

    bank: int
    segment: int
    aisle: int
    purpose: Annotated[str, Field(max_length=200)] | None = None


class TurnView(BaseModel):
    """Somebody's place in the queue for a held aisle."""

    id: str
    room: str
    bank: int
    segment: int
    aisle: int
    user: PersonView
    purpose: str | None
    asked_at: datetime
    status: TurnStatus
    offered_until: datetime | None
    changed_at: datetime


class TurnsView(BaseModel):
    """Turns, oldest first."""

    turns: list[TurnView]


class BehindView(BaseModel):
    """A box that cannot be reached, and where it stands."""

    code: str
    title: str
    address: str


class LentView(BaseModel):
    """A box that belongs behind a locked-out column and is with somebody."""

    box_code: str
    person: str


class LockOutView(BaseModel):
    """A column that must not move, in a person's name, and what stands in it."""

    bank: int
    column: int
    actor: PersonView
    since: datetime
    reason: str
    boxes: list[BehindView]
    box_count: int
    lent: list[LentView]


class LockOutsView(BaseModel):
    """All lock-outs of a room."""

    lock_outs: list[LockOutView]


def request_view(request: MotionRequest) -> RequestView:
    """Show a request."""
    return RequestView(
        id=request.id,
        verb=request.verb,
        bank=request.bank,
        segment=request.segment,
        aisle=request.aisle,
        column=request.column,
        to=_person(request.to),
        program=request.program,
        reason=request.reason,
        vouched=list(request.vouched),
        actor=request.actor.name,
        actor_id=request.actor.id,
        origin=request.origin,
        purpose=request.purpose,
        status=request.status,
        code=request.code,
        asked_at=request.asked_at,
        changed_at=request.changed_at,
        steps=[
            StepView(
                status=step.status,
                code=step.code,
                at=step.at,
                detail=None if step.detail is None else dict(step.detail),
            )
            for step in request.steps
        ],
    )


def trip_view(trip: Trip) -> TripView:
    """Show a trip."""
    return TripView(
        id=trip.id,
        room=trip.room,
        bank=trip.bank,
        segment=trip.segment,
        code=trip.code,
        raw=trip.raw,
        at=trip.at,
        status=trip.status,
        request=None if trip.request is None else request_view(trip.request),
        said=dict(trip.said),
        story=[
            StoryView(kind=told.step, at=told.at, actor=_person(told.actor), why=told.why)
            for told in trip.story
        ],
        after=[request_view(request) for request in trip.after],
    )


def turn_view(turn: Turn) -> TurnView:
    """Show a turn."""
    return TurnView(
        id=turn.id,
        room=turn.room,
        bank=turn.bank,
        segment=turn.segment,
        aisle=turn.aisle,
        user=PersonView(id=turn.user.id, name=turn.user.name),
        purpose=turn.purpose,
        asked_at=turn.asked_at,
        status=turn.status,
        offered_until=turn.offered_until,
        changed_at=turn.changed_at,
    )


def history_body(at: datetime, entry: HistoryEntry) -> dict[str, Any]:
    """Show something that happened to a bank."""
    match entry:
        case MotionRequest():
            return {"at": at, "kind": "request", "request": request_view(entry).model_dump()}
        case SteelTold(step="halted"):
            return {"at": at, "kind": "halt"} | _steel(entry)
        case SteelTold(step="confirmed", why="hold_released" | "lock_out_lifted"):
            return {"at": at, "kind": "confirmation"} | _steel(entry)
        case SteelTold():
            trip = {"step": entry.step, "trip_id": entry.trip_id, "raw": entry.raw}
            return {"at": at, "kind": "trip"} | trip | _steel(entry)
        case ProgramStep():
            return {"at": at, "kind": "program"} | _program(entry)
        case DeviceStep():
            device = {"device": entry.device, "status": entry.status, "why": entry.why}
            return {"at": at, "kind": "device"} | device


def _steel(told: SteelTold) -> dict[str, Any]:
    return {"segment": told.segment, "code": told.why, "actor": _dumped(told.actor)}


def _program(step: ProgramStep) -> dict[str, Any]:
    program = {
        "id": step.id,
        "program": step.program,
        "status": step.status,
        "proposed_by": _dumped(step.proposed_by),
        "started_by": _dumped(step.started_by),
        "warning_ends": step.warning_ends,
        "why": step.why,
    }
    return {"program": program, "actor": _dumped(step.actor)}


def _person(actor: Actor | None) -> PersonView | None:
    return None if actor is None else PersonView(id=actor.id, name=actor.name)


def _dumped(actor: Actor | None) -> dict[str, str] | None:
    return None if actor is None else {"id": actor.id, "name": actor.name}
