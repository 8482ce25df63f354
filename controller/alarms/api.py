"""Routes of alarms: the list and one of them; those of acts, windows and recipients beside it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from controller.alarms import reading
from controller.alarms.act_routes import add_act_routes
from controller.alarms.notify import Sender
from controller.alarms.quality_routes import add_quality_routes
from controller.alarms.recipient_routes import add_recipient_routes
from controller.alarms.reminder_routes import add_reminder_routes
from controller.alarms.shapes import AlarmsView, AlarmView
from controller.alarms.views import alarm_view
from controller.alarms.window_routes import add_window_routes
from controller.context import Context
from controller.people.access import permit
from controller.problems import Problem

_Limit = Annotated[int, Query(ge=1, le=500)]
_Reader = Depends(permit("alarm.read"))


def routes(context: Context, sender: Sender) -> APIRouter:
    """Offer alarms and all that belongs to them."""
    router = APIRouter()
    add_quality_routes(router, context)
    _add_list_routes(router, context)
    add_act_routes(router, context)
    add_window_routes(router, context)
    add_reminder_routes(router, context)
    add_recipient_routes(router, context, sender)
    return router


def _add_list_routes(router: APIRouter, context: Context) -> None:
    @router.get("/alarms", dependencies=[_Reader])
    def list_alarms(
        state: Literal["open", "all"] = "open",
        room: str | None = None,
        zone: str | None = None,
        kind: str | None = None,
        limit: _Limit = 100,
    ) -> AlarmsView:
        with context.records.read() as session:
            found = reading.list_alarms(
                session, room=room, zone=zone, kind=kind, open_only=state == "open", limit=limit
            )
        return AlarmsView(alarms=[alarm_view(alarm) for alarm in found])

    @router.get("/alarms/{alarm_id}", dependencies=[_Reader])
    def read_alarm(alarm_id: str) -> AlarmView:
        with context.records.read() as session:
            alarm = reading.find_alarm(session, alarm_id)
        if alarm is None:
            raise Problem(404, "alarms.no_such_alarm", {"id": alarm_id})
        return alarm_view(alarm)
