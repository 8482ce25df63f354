"""Routes of the steel: plan, live state, and requests for motion. They ask; the room decides."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from config.room import Room
from controller.context import Context
from controller.link.inbox import count_quarantined
from controller.people.access import SignedIn, permit
from controller.people.store import list_colleagues
from controller.problems import Problem, get_room
from controller.shelving import (
    lock_out_routes,
    store,
    story_routes,
    turn_routes,
)
from controller.shelving.asking import Desk, Requests
from controller.shelving.lock_outs import Borrowers
from controller.shelving.mirror import RoomMirror, snapshot_body
from controller.shelving.plan import plan_body
from controller.shelving.shapes import (
    Answer,
    Ask,
    PeopleView,
    PersonView,
    RequestsView,
    RequestView,
    request_view,
)
from controller.shelving.turns import Turns


def routes(
    context: Context,
    *,
    mirror: RoomMirror,
    requests: Requests,
    turns: Turns,
    borrowers: Borrowers,
) -> APIRouter:
    """Offer the routes of the steel."""
    router = APIRouter()
    _add_room_routes(router, context, mirror)
    _add_request_routes(router, context, Desk(context, requests, turns))
    router.include_router(story_routes.routes(context))
    router.include_router(turn_routes.routes(context, turns))
    router.include_router(lock_out_routes.routes(context, mirror, borrowers))
    return router


def _add_room_routes(router: APIRouter, context: Context, mirror: RoomMirror) -> None:
    @router.get("/rooms", dependencies=[Depends(permit("room.read"))])
    def list_rooms() -> dict[str, Any]:
        return {"rooms": [_room_body(room, mirror) for room in context.rooms.values()]}

    @router.get("/rooms/{room}/plan", dependencies=[Depends(permit("room.read"))])
    def read_plan(room: str) -> dict[str, Any]:
        return plan_body(get_room(context.rooms, room))

    @router.get("/rooms/{room}/live", dependencies=[Depends(permit("live.read"))])
    def read_live(room: str) -> dict[str, Any]:
        return _live_body(context, mirror, get_room(context.rooms, room).room)


def _add_request_routes(router: APIRouter, context: Context, desk: Desk) -> None:
    @router.post("/rooms/{room}/requests", status_code=202)
    async def ask(
        room: str, body: Ask, who: Annotated[SignedIn, Depends(permit("motion.stop"))]
    ) -> Answer:
        return await desk.ask(get_room(context.rooms, room), body, who)

    @router.get("/rooms/{room}/requests", dependencies=[Depends(permit("request.read"))])
    def list_requests(
        room: str,
        bank: int | None = None,
        open_only: Annotated[bool, Query(alias="open")] = False,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> RequestsView:
        code = get_room(context.rooms, room).room
        with context.records.read() as session:
            found = store.list_requests(session, code, bank=bank, open_only=open_only, limit=limit)
        return RequestsView(requests=[request_view(request) for request in found])

    @router.get(
        "/rooms/{room}/requests/{request_id}", dependencies=[Depends(permit("request.read"))]
    )
    def read_request(room: str, request_id: str) -> RequestView:
        code = get_room(context.rooms, room).room
        with context.records.read() as session:
            found = store.find_request(session, code, request_id)
        if found is None:
            raise Problem(404, "shelving.no_such_request", {"id": request_id})
        return request_view(found)

    @router.get("/colleagues")
    def list_people(who: Annotated[SignedIn, Depends(permit("aisle.open"))]) -> PeopleView:
        with context.records.read() as session:
            found = list_colleagues(session, permission="aisle.open")
        others = [user for user in found if user.id != who.user_id]
        return PeopleView(people=[PersonView(id=user.id, name=user.name) for user in others])


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
