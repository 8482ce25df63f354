"""Routes of what became of the steel: trips with their evidence, the history of a bank."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from config.room import SHELVING, Room, SensorInputs
from controller.context import Context
from controller.people.access import permit
from controller.problems import Problem, get_bank, get_room
from controller.shelving import history
from controller.shelving.shapes import HistoryView, TripsView, TripView, history_body, trip_view

_Limit = Annotated[int, Query(ge=1, le=500)]


def routes(context: Context) -> APIRouter:
    """Offer trips and histories."""
    router = APIRouter(dependencies=[Depends(permit("request.read"))])

    @router.get("/rooms/{room}/banks/{bank}/history")
    def read_history(room: str, bank: int, limit: _Limit = 50) -> HistoryView:
        found = get_room(context.rooms, room)
        number = get_bank(found, bank).bank
        with context.records.read() as session:
            entries = history.list_history(
                session, found.room, number, devices=_devices_of(found, number), limit=limit
            )
        return HistoryView(entries=[history_body(at, entry) for at, entry in entries])

    @router.get("/rooms/{room}/trips")
    def list_trips(
        room: str,
        bank: int | None = None,
        open_only: Annotated[bool, Query(alias="open")] = False,
        limit: _Limit = 50,
    ) -> TripsView:
        code = get_room(context.rooms, room).room
        with context.records.read() as session:
            found = history.list_trips(session, code, bank=bank, open_only=open_only, limit=limit)
        return TripsView(trips=[trip_view(trip) for trip in found])

    @router.get("/rooms/{room}/trips/{trip_id}")
    def read_trip(room: str, trip_id: str) -> TripView:
        code = get_room(context.rooms, room).room
        with context.records.read() as session:
            found = history.find_trip(session, code, trip_id)
        if found is None:
            raise Problem(404, "shelving.no_such_trip", {"id": trip_id})
        return trip_view(found)

    return router


def _devices_of(room: Room, bank: int) -> set[str]:
    """Name the bank's controller and the modules that our own sensors of it are wired to."""
    steel = {each.id for each in room.devices if isinstance(each, SHELVING) and each.bank == bank}
    modules = (each for each in room.devices if isinstance(each, SensorInputs))
    return steel | {each.id for each in modules if any(one.bank == bank for one in each.inputs)}
