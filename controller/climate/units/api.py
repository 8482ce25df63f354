"""Routes of units: how they are and why, what was decided, and a person's word about one."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from config.moments import Moment
from config.room import Room
from controller.audit import store as audit
from controller.climate.units import store, views
from controller.climate.units.asking import ClimateRequests, UnitStates
from controller.climate.units.shapes import (
    AnsweredView,
    DecisionsView,
    OverrideBody,
    UnitsView,
)
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_room
from drivers.messages import LONGEST_OVERRIDE, Actor, ClimateRequest, Reply

_Looker = Annotated[SignedIn, Depends(permit("climate.read"))]
_Keeper = Annotated[SignedIn, Depends(permit("climate.control"))]
_TTL_S = 5.0


def routes(context: Context, *, states: UnitStates, requests: ClimateRequests) -> APIRouter:
    """Offer the routes of units."""
    router = APIRouter()
    _add_look_routes(router, context, states)
    _add_override_routes(router, context, requests)
    return router


def _add_look_routes(router: APIRouter, context: Context, states: UnitStates) -> None:
    @router.get("/rooms/{room}/units")
    def read_units(room: str, _who: _Looker) -> UnitsView:
        found = get_room(context.rooms, room)
        with context.records.read() as session:
            contacts = views.list_contacts(found, store.list_contacts(session, found.room))
        return UnitsView(units=views.list_units(found, states), contacts=contacts)

    @router.get("/rooms/{room}/units/{unit}/decisions")
    def read_decisions(
        room: str,
        unit: str,
        _who: _Looker,
        start: Annotated[Moment | None, Query(alias="from")] = None,
        end: Annotated[Moment | None, Query(alias="to")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> DecisionsView:
        found = _require_unit(get_room(context.rooms, room), unit)
        with context.records.read() as session:
            rows = store.list_decisions(
                session, found.room, unit, start=start, end=end, limit=limit + 1
            )
            shown = [views.show_decision(row) for row in rows[:limit]]
        return DecisionsView(decisions=shown, more=len(rows) > limit)


def _add_override_routes(router: APIRouter, context: Context, requests: ClimateRequests) -> None:
    @router.post("/rooms/{room}/units/{unit}/override")
    async def override(room: str, unit: str, body: OverrideBody, who: _Keeper) -> AnsweredView:
        found = _require_unit(get_room(context.rooms, room), unit)
        _check_until(body.until, context.clock.now())
        request = ClimateRequest(
            id=uuid4().hex,
            kind="override",
            device=unit,
            on=body.on,
            until=body.until,
            reason=body.reason,
            actor=_actor(who),
            ttl_s=_TTL_S,
        )
        return await _asked(context, requests, found, request)

    @router.delete("/rooms/{room}/units/{unit}/override")
    async def resume(room: str, unit: str, who: _Keeper) -> AnsweredView:
        found = _require_unit(get_room(context.rooms, room), unit)
        request = ClimateRequest(
            id=uuid4().hex, kind="resume", device=unit, actor=_actor(who), ttl_s=_TTL_S
        )
        return await _asked(context, requests, found, request)


def _require_unit(room: Room, unit: str) -> Room:
    if any(each.id == unit for each in room.units()):
        return room
    raise Problem(404, "units.no_such_unit", {"unit": unit})


def _check_until(until: datetime, now: datetime) -> None:
    if until <= now:
        raise Problem(422, "units.until_past")
    if until - now > LONGEST_OVERRIDE:
        hours = round(LONGEST_OVERRIDE.total_seconds() / 3600)
        raise Problem(422, "units.until_too_far", {"hours": hours})


def _actor(who: SignedIn) -> Actor:
    return Actor(id=who.user_id, name=who.name[:60])


async def _asked(
    context: Context, requests: ClimateRequests, room: Room, request: ClimateRequest
) -> AnsweredView:
    """Ask the room, write down who asked and what came of it, and answer."""
    reply = await requests.ask(room.room, request)
    await asyncio.to_thread(_write_down, context, room, request, reply)
    if reply is None:
        raise Problem(504, "units.room_silent", {"room": room.room})
    if reply.status != "done":
        raise Problem(409, f"units.{reply.code or reply.status}", {"room": room.room})
    why, until = reply.detail.get("why"), reply.detail.get("until")
    return AnsweredView(
        why=None if why is None else str(why), until=None if until is None else str(until)
    )


def _write_down(context: Context, room: Room, request: ClimateRequest, reply: Reply | None) -> None:
    outcome = "unknown" if reply is None else reply.status
    detail: dict[str, JsonValue] = {"on": request.on, "reason": request.reason}
    if request.until is not None:
        detail["until"] = request.until.isoformat()
    with context.records.write() as session:
        audit.append(
            session,
            at=context.clock.now(),
            actor=request.actor.id,
            action=f"unit.{request.kind}",
            subject=f"{room.room}/{request.device}",
            outcome=outcome,
            detail=detail,
        )
