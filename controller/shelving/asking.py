"""Takes wishes to the room: written down first and then sent; a stop is sent first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from config.room import Room
from controller.context import Context
from controller.people.access import SignedIn
from controller.people.store import find_colleague
from controller.problems import Problem
from controller.shelving import store
from controller.shelving.model import MotionStep
from controller.shelving.rules import (
    MOTIONS,
    PERMISSIONS,
    Target,
    find_incomplete,
    find_missing,
    segment_of_column,
)
from controller.shelving.shapes import Answer, Ask
from controller.shelving.turn_rules import is_same_person
from controller.shelving.turns import Turns
from drivers.messages import WHOLE_ROOM, Actor, Reply, Request, Saw

_log = logging.getLogger(__name__)
TTL_S = 8.0
_REFUSED = {"refused", "failed", "expired"}


class Requests(Protocol):
    """Sends a request to a room and waits a moment for its first answer."""

    async def send(self, agent: str, request: Request) -> Reply | None: ...


class Desk:
    """Checks a wish against the room and the queue, and passes it on."""

    def __init__(self, context: Context, requests: Requests, turns: Turns) -> None:
        self._context = context
        self._requests = requests
        self._turns = turns

    async def ask(self, room: Room, body: Ask, who: SignedIn) -> Answer:
        """Ask the room; raise Problem if it refuses or does not answer."""
        _require_permission(body, who)
        _require_target(room, body)
        if body.verb == "stop":
            return await self._stop(room, body, who)
        segment = _segment(room, body)
        self._require_turn(room, body, who)
        request = _request(body, who, body.bank or WHOLE_ROOM, segment)
        if body.to_user is not None:
            to = await asyncio.to_thread(self._colleague, body.to_user)
            request = request.model_copy(update={"to": to})
        await self._write_down(room.room, request, body.purpose)
        reply = await self._requests.send(room.room, request)
        if reply is None:
            await self._move(request, None)
        answer = _answer([request], [reply])
        if request.verb == "open_aisle" and request.segment is not None:
            place = (room.room, request.bank, request.segment)
            await asyncio.to_thread(self._turns.use, place, request.aisle, request.actor)
        return answer

    async def _stop(self, room: Room, body: Ask, who: SignedIn) -> Answer:
        banks = [bank.bank for bank in room.banks] if body.bank is None else [body.bank]
        asked = [_request(body, who, bank, body.segment) for bank in banks]
        replies = await asyncio.gather(*(self._requests.send(room.room, each) for each in asked))
        for request, reply in zip(asked, replies, strict=True):
            try:
                await self._write_down(room.room, request, body.purpose)
                await self._move(request, reply)
            except Problem:
                _log.exception("%s: stop %s could not be written down", room.room, request.id)
        return _answer(asked, replies)

    def _require_turn(self, room: Room, body: Ask, who: SignedIn) -> None:
        """While a turn stands offered, others do not move that segment."""
        if body.verb not in MOTIONS or body.bank is None or body.segment is None:
            return
        offer = self._turns.find_offer((room.room, body.bank, body.segment))
        if offer is None or is_same_person(offer.user, _actor(who)):
            return
        until = offer.offered_until.isoformat() if offer.offered_until else None
        params = {"name": offer.user.name, "until": until, "turn": offer.id}
        raise Problem(409, "shelving.turn_of_other", params)

    def _colleague(self, user_id: str) -> Actor:
        with self._context.records.read() as session:
            user = find_colleague(session, user_id, permission="aisle.open")
        if user is None:
            raise Problem(404, "shelving.no_such_person", {"user": user_id})
        return Actor(id=user.id, name=user.name[:60])

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

    async def _move(self, request: Request, reply: Reply | None) -> None:
        """Note the room's answer, or that there was none."""
        try:
            await asyncio.to_thread(self._note, request.id, reply)
        except SQLAlchemyError as error:
            raise Problem(503, "shelving.not_written_down") from error

    def _note(self, request_id: str, reply: Reply | None) -> None:
        silent = MotionStep(status="unanswered", code=None, at=self._context.clock.now())
        step = silent if reply is None else store.step_of(reply)
        with self._context.records.write() as session:
            moved = store.move_request(session, request_id, step)
        if moved is not None:
            self._context.hub.publish(store.request_change(moved))


def _require_permission(body: Ask, who: SignedIn) -> None:
    for permission in sorted(PERMISSIONS[body.verb] - who.permissions):
        raise Problem(403, "people.not_permitted", {"permission": permission})


def _require_target(room: Room, body: Ask) -> None:
    target = Target(bank=body.bank, segment=body.segment, aisle=body.aisle, column=body.column)
    missing = find_missing(room, body.verb, target)
    if missing is not None:
        raise Problem(404, f"shelving.no_such_{missing}", {"room": room.room})
    lacking = find_incomplete(
        body.verb, saw=body.saw is not None, person=body.to_user, program=body.program
    )
    if lacking is not None:
        raise Problem(422, f"shelving.{lacking}_needed")


def _segment(room: Room, body: Ask) -> int | None:
    """Name the segment of a wish; a column moves in one only, and a fixed one in none."""
    if body.column is None or body.bank is None:
        return body.segment
    segment = segment_of_column(room.bank(body.bank), body.column)
    if segment is None:
        raise Problem(422, "shelving.column_fixed", {"column": body.column})
    return segment


def _request(body: Ask, who: SignedIn, bank: int, segment: int | None) -> Request:
    saw = body.saw
    return Request(
        id=uuid4().hex,
        verb=body.verb,
        bank=bank,
        segment=segment,
        aisle=body.aisle,
        column=body.column,
        program=body.program,
        reason=body.reason,
        actor=_actor(who),
        ttl_s=TTL_S,
        saw=Saw(boot_id=saw.boot_id, version=saw.version) if saw is not None else None,
    )


def _actor(who: SignedIn) -> Actor:
    return Actor(id=who.user_id, name=who.name[:60])


def _answer(asked: Sequence[Request], replies: Sequence[Reply | None]) -> Answer:
    """Give the worst of the answers: silence, then refusal, then the first that went well."""
    first = asked[0].id
    if None in replies:
        raise Problem(504, "shelving.room_silent", {"id": first})
    told = [reply for reply in replies if reply is not None]
    for reply in told:
        if reply.status in _REFUSED:
            params = {**reply.detail, "id": reply.request_id, "status": reply.status}
            raise Problem(409, f"shelving.{reply.code or reply.status}", params)
    body = {"id": first, "status": told[0].status, "ids": [request.id for request in asked]}
    return Answer.model_validate(body)
