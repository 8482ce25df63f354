"""Routes of readers: how they are, what lies before them, and what passed the doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query

from config.room import READERS, Room
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_room
from controller.readers.bench import BenchMirror
from controller.readers.doors import DoorStates, list_doors
from controller.readers.feed import Devices, list_readers, show_bench
from controller.readers.passages import list_passages
from controller.readers.shapes import (
    BenchView,
    DoorsView,
    PassagesView,
    ReadersView,
    SilencedView,
    WatchView,
)
from controller.tags.asking import TagRequests
from drivers.messages import Actor, Reply, TagRequest

_Antenna = Annotated[int, Path(ge=1, le=65535)]
_Looker = Annotated[SignedIn, Depends(permit("live.read"))]
_BoxReader = Annotated[SignedIn, Depends(permit("box.read"))]
_Silencer = Annotated[SignedIn, Depends(permit("alarm.acknowledge"))]
_TTL_S = 5.0
_ANSWER_WITHIN_S = 4.0


def routes(
    context: Context,
    *,
    benches: BenchMirror,
    devices: Devices,
    doors: DoorStates,
    requests: TagRequests,
) -> APIRouter:
    """Offer the routes of readers."""
    router = APIRouter()
    router.include_router(_reader_routes(context, benches, devices, requests))
    router.include_router(_door_routes(context, doors, requests))
    return router


def _reader_routes(
    context: Context, benches: BenchMirror, devices: Devices, requests: TagRequests
) -> APIRouter:
    router = APIRouter()

    @router.get("/rooms/{room}/readers")
    def read_readers(room: str, _who: _Looker) -> ReadersView:
        code = get_room(context.rooms, room).room
        return ReadersView(readers=list_readers(context, devices, code))

    @router.post("/rooms/{room}/readers/{reader}/antennas/{antenna}/watch", status_code=202)
    async def watch(room: str, reader: str, antenna: _Antenna, who: _Looker) -> WatchView:
        found = _require_antenna(get_room(context.rooms, room), reader, antenna)
        reply = await _ask(
            requests,
            found.room,
            TagRequest(
                id=uuid4().hex,
                kind="watch",
                reader=reader,
                antenna=antenna,
                actor=_actor(who),
                ttl_s=_TTL_S,
            ),
        )
        for_s = float(reply.detail.get("for_s", 0))
        return WatchView(until=context.clock.now() + timedelta(seconds=for_s))

    @router.get("/rooms/{room}/readers/{reader}/antennas/{antenna}/tags")
    def read_tags(room: str, reader: str, antenna: _Antenna, _who: _BoxReader) -> BenchView:
        found = _require_antenna(get_room(context.rooms, room), reader, antenna)
        return show_bench(context, benches, found.room, reader, antenna)

    return router


def _door_routes(context: Context, doors: DoorStates, requests: TagRequests) -> APIRouter:
    router = APIRouter()

    @router.get("/rooms/{room}/doors")
    def read_doors(room: str, _who: _Looker) -> DoorsView:
        return DoorsView(doors=list_doors(get_room(context.rooms, room), doors))

    @router.get("/rooms/{room}/doors/passages")
    def read_passages(
        room: str, who: _Looker, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> PassagesView:
        code = get_room(context.rooms, room).room
        with_titles = "box.read" in who.permissions
        with context.records.read() as session:
            found = list_passages(session, code, limit=limit + 1, with_titles=with_titles)
        return PassagesView(passages=found[:limit], more=len(found) > limit)

    @router.post("/rooms/{room}/doors/{door}/silence", status_code=202)
    async def silence(room: str, door: str, who: _Silencer) -> SilencedView:
        found = get_room(context.rooms, room)
        if door not in {each.door for each in found.doors}:
            raise Problem(404, "readers.no_such_door", {"door": door})
        request = TagRequest(
            id=uuid4().hex, kind="silence", door=door, actor=_actor(who), ttl_s=_TTL_S
        )
        await _ask(requests, found.room, request)
        return SilencedView(door=door)

    return router


def _require_antenna(room: Room, reader: str, antenna: int) -> Room:
    for device in room.devices:
        if isinstance(device, READERS) and device.id == reader:
            if any(each.antenna == antenna for each in device.antennas):
                return room
            raise Problem(404, "readers.no_such_antenna", {"reader": reader, "antenna": antenna})
    raise Problem(404, "readers.no_such_reader", {"reader": reader})


async def _ask(requests: TagRequests, room: str, request: TagRequest) -> Reply:
    reply = await requests.ask(room, request, _ANSWER_WITHIN_S)
    if reply is None:
        raise Problem(504, "readers.room_silent", {"room": room})
    if reply.status != "done":
        raise Problem(409, f"readers.{reply.code or reply.status}", {"room": room})
    return reply


def _actor(who: SignedIn) -> Actor:
    return Actor(id=who.user_id, name=who.name[:60])
