"""Routes of maintenance windows: alarms of a room or zone that nobody is told of for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from config.moments import Moment
from config.room import Room
from controller.alarms import acts, holds
from controller.alarms.act_routes import by_of
from controller.alarms.holds import NewHold
from controller.alarms.kinds import KINDS
from controller.alarms.reading import hold_from
from controller.alarms.shapes import WindowBody, WindowsView, WindowView
from controller.alarms.views import window_view
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_room

_LONGEST = timedelta(days=90)
_Shelver = Annotated[SignedIn, Depends(permit("alarm.shelve"))]
_Limit = Annotated[int, Query(ge=1, le=500)]


def add_window_routes(router: APIRouter, context: Context) -> None:
    """Offer maintenance windows."""

    @router.get("/maintenance", dependencies=[Depends(permit("alarm.read"))])
    def list_windows(
        room: str | None = None, ended_since: Moment | None = None, limit: _Limit = 100
    ) -> WindowsView:
        with context.records.read() as session:
            found = holds.list_windows(session, room=room, since=ended_since, limit=limit)
        return WindowsView(windows=[window_view(each) for each in found])

    @router.post("/maintenance", status_code=201)
    def begin_window(body: WindowBody, who: _Shelver) -> WindowView:
        _check(body, get_room(context.rooms, body.room), context)
        new = NewHold(
            sort="maintenance",
            room=body.room,
            zone=body.zone,
            kinds=body.kinds,
            begins_at=body.begins_at,
            ends_at=body.ends_at,
            reason=body.reason,
        )
        with context.records.write() as session:
            row, changes = acts.begin_window(session, new, by_of(context, who))
            made = hold_from(row)
        context.hub.publish(*changes)
        return window_view(made)

    @router.delete("/maintenance/{window_id}", status_code=204)
    def end_window(window_id: str, who: _Shelver) -> None:
        with context.records.write() as session:
            changes = acts.end_window(session, window_id, by_of(context, who))
        if changes is None:
            raise Problem(404, "alarms.no_such_window", {"id": window_id})
        context.hub.publish(*changes)


def _check(body: WindowBody, room: Room, context: Context) -> None:
    zones = {zone.zone for zone in room.climate.all_zones()}
    if body.zone is not None and body.zone not in zones:
        raise Problem(422, "alarms.no_such_zone", {"zone": body.zone})
    for kind in body.kinds:
        if kind not in KINDS:
            raise Problem(422, "alarms.unknown_kind", {"kind": kind})
    is_ahead = body.ends_at > context.clock.now()
    if not is_ahead or not timedelta(0) < body.ends_at - body.begins_at <= _LONGEST:
        raise Problem(422, "alarms.bad_end")
