"""Routes of the queue for held aisles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_room
from controller.shelving import turn_store
from controller.shelving.rules import Target, find_missing
from controller.shelving.shapes import TurnsView, TurnView, WaitBody, turn_view
from controller.shelving.turns import AlreadyWaiting, Turns
from drivers.messages import Actor

_Enterer = Annotated[SignedIn, Depends(permit("aisle.open"))]
_MOST = 200


def routes(context: Context, turns: Turns) -> APIRouter:
    """Offer the queue."""
    router = APIRouter()

    @router.post("/rooms/{room}/turns", status_code=201)
    def wait(room: str, body: WaitBody, who: _Enterer) -> TurnView:
        found = get_room(context.rooms, room)
        target = Target(bank=body.bank, segment=body.segment, aisle=body.aisle)
        missing = find_missing(found, "open_aisle", target)
        if missing is not None:
            raise Problem(404, f"shelving.no_such_{missing}", {"room": found.room})
        user = Actor(id=who.user_id, name=who.name[:60])
        place = (found.room, body.bank, body.segment)
        try:
            return turn_view(turns.ask(place, body.aisle, user, body.purpose))
        except AlreadyWaiting as error:
            raise Problem(409, "shelving.already_waiting", {"id": error.turn.id}) from error

    @router.get("/rooms/{room}/turns", dependencies=[Depends(permit("request.read"))])
    def list_turns(room: str, with_past: Annotated[bool, Query(alias="all")] = False) -> TurnsView:
        code = get_room(context.rooms, room).room
        if with_past:
            with context.records.read() as session:
                found = turn_store.list_turns(session, code, limit=_MOST)
        else:
            found = [turn for turn in turns.list_open() if turn.room == code]
        return TurnsView(turns=[turn_view(turn) for turn in found])

    @router.delete("/rooms/{room}/turns/{turn_id}")
    def withdraw(room: str, turn_id: str, who: _Enterer) -> TurnView:
        code = get_room(context.rooms, room).room
        turn = turns.find(turn_id)
        if turn is None or turn.room != code:
            raise Problem(404, "shelving.no_such_turn", {"id": turn_id})
        if turn.user.id != who.user_id:
            raise Problem(403, "shelving.not_your_turn", {"id": turn_id})
        return turn_view(turns.withdraw(turn))

    return router
