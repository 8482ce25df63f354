"""Routes of the steel: plan, live state, and requests for motion. They ask; the room decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol
from uuid import uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from config.room import Room
from controller.context import Context
from controller.link.inbox import count_quarantined
from controller.people.access import SignedIn, permit
from controller.problems import Problem
from controller.shelving import store
from controller.shelving.mirror import RoomMirror, snapshot_body
from controller.shelving.model import LedgerStatus, MotionRequest
from controller.shelving.plan import plan_body
from controller.shelving.rules import find_missing
from drivers.messages import Actor, Identifier, Reply, Request, Saw, Verb

_log = logging.getLogger(__name__)
TTL_S = 8.0
_REFUSED = {"refused", "failed", "expired"}


class Requests(Protocol):
    """Sends a request to a room and waits a moment for its first answer."""

    async def send(self, agent: str, request: Request) -> Reply | None: ...


class SawBody(BaseModel):
    """Which state the person looked at when asking."""

    boot_id: Identifier
    version: int


class Ask(BaseModel):
    """A wish for motion. A stop needs nothing but the verb, and then stops the whole room."""

    verb: Verb
    bank: int | None = None
    segment: int | None = None
    aisle: int | None = None
    saw: SawBody | None = None
    purpose: Annotated[str, Field(max_length=200)] | None = None


class Answer(BaseModel):
    """What the room said first; what follows comes over the stream."""

    id: str
    status: Literal["accepted", "started", "done"]
    ids: list[str]
    """One request per bank; more than one only for a stop of the whole room."""


class StepView(BaseModel):
    """A step of a request."""

    status: LedgerStatus
    code: str | None
    at: datetime


class RequestView(BaseModel):
    """A request for motion and its steps so far."""

    id: str
    verb: str
    bank: int
    segment: int | None
    aisle: int | None
    actor: str
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


def routes(context: Context, *, mirror: RoomMirror, requests: Requests) -> APIRouter:
    """Offer the routes of the steel."""
    router = APIRouter()
    desk = _Desk(context, requests)

    @router.get("/rooms", dependencies=[Depends(permit("room.read"))])
    def list_rooms() -> dict[str, Any]:
        return {"rooms": [_room_body(room, mirror) for room in context.rooms.values()]}

    @router.get("/rooms/{room}/plan", dependencies=[Depends(permit("room.read"))])
    def read_plan(room: str) -> dict[str, Any]:
        return plan_body(_get_room(context, room))

    @router.get("/rooms/{room}/live", dependencies=[Depends(permit("live.read"))])
    def read_live(room: str) -> dict[str, Any]:
        return _live_body(context, mirror, _get_room(context, room).room)

    @router.post("/rooms/{room}/requests", status_code=202)
    async def ask(
        room: str, body: Ask, who: Annotated[SignedIn, Depends(permit("motion.stop"))]
    ) -> Answer:
        found = _get_room(context, room)
        if body.verb != "stop" and "aisle.open" not in who.permissions:
            raise Problem(403, "people.not_permitted", {"permission": "aisle.open"})
        return await desk.ask(found, body, who)

    @router.get("/rooms/{room}/requests", dependencies=[Depends(permit("request.read"))])
    def list_requests(room: str, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> RequestsView:
        code = _get_room(context, room).room
        with context.records.read() as session:
            found = store.list_requests(session, code, limit=limit)
        return RequestsView(requests=[_view(request) for request in found])

    @router.get(
        "/rooms/{room}/requests/{request_id}", dependencies=[Depends(permit("request.read"))]
    )
    def read_request(room: str, request_id: str) -> RequestView:
        code = _get_room(context, room).room
        with context.records.read() as session:
            found = store.find_request(session, code, request_id)
        if found is None:
            raise Problem(404, "shelving.no_such_request", {"id": request_id})
        return _view(found)

    return router


class _Desk:
    """Takes wishes: written down first and then sent; a stop is sent first."""

    def __init__(self, context: Context, requests: Requests) -> None:
        self._context = context
        self._requests = requests

    async def ask(self, room: Room, body: Ask, who: SignedIn) -> Answer:
        """Ask the room; raise Problem if it refuses or does not answer."""
        missing = find_missing(room, body.verb, body.bank, body.segment, body.aisle)
        if missing is not None:
            raise Problem(404, f"shelving.no_such_{missing}", {"room": room.room})
        if body.verb == "stop":
            return await self._stop(room, body, who)
        if body.saw is None:
            raise Problem(422, "shelving.saw_needed")
        assert body.bank is not None
        request = _request(body, who, body.bank)
        await self._write_down(room.room, request, body.purpose)
        reply = await self._requests.send(room.room, request)
        if reply is None:
            await self._move(request, "unanswered")
        return _answer([request], [reply])

    async def _stop(self, room: Room, body: Ask, who: SignedIn) -> Answer:
        banks = [bank.bank for bank in room.banks] if body.bank is None else [body.bank]
        asked = [_request(body, who, bank) for bank in banks]
        replies = await asyncio.gather(*(self._requests.send(room.room, each) for each in asked))
        for request, reply in zip(asked, replies, strict=True):
            try:
                await self._write_down(room.room, request, body.purpose)
                await self._move(request, reply.status if reply else "unanswered", reply)
            except Problem:
                _log.exception("%s: stop %s could not be written down", room.room, request.id)
        return _answer(asked, replies)

    async def _write_down(self, room: str, request: Request, purpose: str | None) -> None:
        try:
            await asyncio.to_thread(self._create, room, request, purpose)
        except SQLAlchemyError as error:
            raise Problem(503, "shelving.not_written_down") from error

    def _create(self, room: str, request: Request, purpose: str | None) -> None:
        at = self._context.clock.now()
        with self._context.records.write() as session:
            made = store.create_request(session, room, request, at=at, purpose=purpose)
        self._context.hub.publish(store.request_change(made))

    async def _move(
        self, request: Request, status: LedgerStatus, reply: Reply | None = None
    ) -> None:
        try:
            await asyncio.to_thread(self._note, request.id, status, reply)
        except SQLAlchemyError as error:
            raise Problem(503, "shelving.not_written_down") from error

    def _note(self, request_id: str, status: LedgerStatus, reply: Reply | None) -> None:
        at = reply.at if reply is not None else self._context.clock.now()
        code = reply.code if reply is not None else None
        with self._context.records.write() as session:
            moved = store.move_request(session, request_id, status, code, at)
        if moved is not None:
            self._context.hub.publish(store.request_change(moved))


def _request(body: Ask, who: SignedIn, bank: int) -> Request:
    saw = body.saw
    return Request(
        id=uuid4().hex,
        verb=body.verb,
        bank=bank,
        segment=body.segment,
        aisle=body.aisle,
        actor=Actor(id=who.user_id, name=who.name[:60]),
        ttl_s=TTL_S,
        saw=Saw(boot_id=saw.boot_id, version=saw.version) if saw is not None else None,
    )


def _answer(asked: Sequence[Request], replies: Sequence[Reply | None]) -> Answer:
    """Give the worst of the answers: silence, then refusal, then the first that went well."""
    first = asked[0].id
    if None in replies:
        raise Problem(504, "shelving.room_silent", {"id": first})
    told = [reply for reply in replies if reply is not None]
    for reply in told:
        if reply.status in _REFUSED:
            params = {"id": reply.request_id, "status": reply.status, **reply.detail}
            raise Problem(409, f"shelving.{reply.code or reply.status}", params)
    body = {"id": first, "status": told[0].status, "ids": [request.id for request in asked]}
    return Answer.model_validate(body)


def _get_room(context: Context, code: str) -> Room:
    room = context.rooms.get(code)
    if room is None:
        raise Problem(404, "shelving.no_such_room", {"room": code})
    return room


def _room_body(room: Room, mirror: RoomMirror) -> dict[str, Any]:
    link = mirror.link(room.room)
    return {
        "room": room.room,
        "name": room.name.model_dump(),
        "alive": link.alive,
        "status_age_s": link.age_s,
        "start": room.start,
    }


def _live_body(context: Context, mirror: RoomMirror, room: str) -> dict[str, Any]:
    now = mirror.now(room)
    now_s = context.clock.monotonic()
    with context.records.read() as session:
        quarantined = count_quarantined(session, room)
    return {
        "link": {
            "alive": now.link.alive,
            "age_s": now.link.age_s,
            "quarantined": quarantined,
        },
        "banks": [snapshot_body(seen, now_s) for seen in now.banks],
        "devices": [snapshot_body(seen, now_s) for seen in now.devices],
        "room": snapshot_body(now.room, now_s) if now.room is not None else None,
    }


def _view(request: MotionRequest) -> RequestView:
    return RequestView(
        id=request.id,
        verb=request.verb,
        bank=request.bank,
        segment=request.segment,
        aisle=request.aisle,
        actor=request.actor_name,
        origin=request.origin,
        purpose=request.purpose,
        status=request.status,
        code=request.code,
        asked_at=request.asked_at,
        changed_at=request.changed_at,
        steps=[StepView(status=s.status, code=s.code, at=s.at) for s in request.steps],
    )
