"""Routes of pairing a room shelf by shelf. Reading is for all who may read boxes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from config.addresses import SlotAddress
from controller.context import Context
from controller.holdings.model import Item, NotHeld
from controller.holdings.tagging import TagInUse
from controller.live import LiveChange
from controller.people.access import SignedIn, permit
from controller.people.store import names_of
from controller.problems import Problem, get_room
from controller.store.engine import WriteSession
from controller.tags import pairing, scanning
from controller.tags.answers import parse_epc, problem_of
from controller.tags.model import Refused
from controller.tags.pairing import EndLoan
from controller.tags.pairing_told import list_changed
from controller.tags.pairing_views import (
    BoxAsked,
    PairingAsked,
    PairingListView,
    PairingPageView,
    ShelfWorkView,
    list_pairings,
    show_pairing,
    show_shelf,
)
from controller.tags.tables import PairingRow

_Tagger = Annotated[SignedIn, Depends(permit("tag.write"))]
_READING = [Depends(permit("box.read"))]
_Limit = Annotated[int, Query(ge=1, le=100)]
_SHELF = "/pairings/{pairing_id}/shelves/{address}"


def routes(context: Context, end_loan: EndLoan) -> APIRouter:
    """Offer the work lists of pairing."""
    router = APIRouter()
    router.include_router(_list_routes(context))
    router.include_router(_shelf_routes(context, end_loan))
    return router


def _list_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/rooms/{room}/pairings", status_code=201)
    def post_pairing(room: str, asked: PairingAsked, who: _Tagger) -> PairingPageView:
        scope = _scope(get_room(context.rooms, room).room, asked)
        with _writing(context) as session:
            row = pairing.begin(session, scope, by=who.user_id, at=context.clock.now())
        return _told(context, row)

    @router.get("/rooms/{room}/pairings", dependencies=_READING)
    def get_pairings(room: str, limit: _Limit = 20) -> PairingListView:
        get_room(context.rooms, room)
        with context.records.read() as session:
            return list_pairings(session, room, limit=limit)

    @router.get("/pairings/{pairing_id}", dependencies=_READING)
    def get_pairing(pairing_id: str) -> PairingPageView:
        with context.records.read() as session:
            row = session.get(PairingRow, pairing_id)
            if row is None:
                raise Problem(404, "tags.no_such_pairing", {"id": pairing_id})
            return show_pairing(session, row)

    @router.delete("/pairings/{pairing_id}")
    def close_pairing(pairing_id: str, who: _Tagger) -> PairingPageView:
        with _writing(context) as session:
            row = pairing.close(session, pairing_id, by=who.user_id, at=context.clock.now())
        return _told(context, row)

    return router


def _shelf_routes(context: Context, end_loan: EndLoan) -> APIRouter:
    router = APIRouter()

    @router.post(f"{_SHELF}/boxes", status_code=201)
    def post_box(pairing_id: str, address: str, asked: BoxAsked, who: _Tagger) -> ShelfWorkView:
        epc = parse_epc(asked.epc)
        code = _box_code(context, asked.box_code)
        with _writing(context, code) as session:
            paired = pairing.pair_box(
                session,
                context.site.tagging,
                pairing_id,
                address,
                code,
                epc,
                here=asked.here,
                end_loan=end_loan,
                by=who.user_id,
                at=context.clock.now(),
            )
        shelf = _shelf(context, pairing_id, address, paired.changes)
        return shelf.model_copy(update={"lent_to": paired.lent_to})

    @router.delete(f"{_SHELF}/boxes")
    def delete_last_box(pairing_id: str, address: str, who: _Tagger) -> ShelfWorkView:
        with _writing(context) as session:
            _, changes = pairing.undo_last(
                session, pairing_id, address, by=who.user_id, at=context.clock.now()
            )
        return _shelf(context, pairing_id, address, changes)

    @router.post(f"{_SHELF}/done")
    def post_done(pairing_id: str, address: str, who: _Tagger) -> ShelfWorkView:
        with _writing(context) as session:
            missing, changes = pairing.finish_shelf(
                session, pairing_id, address, by=who.user_id, at=context.clock.now()
            )
        return _shelf(context, pairing_id, address, changes, missing)

    @router.get(_SHELF, dependencies=_READING)
    def get_shelf(pairing_id: str, address: str) -> ShelfWorkView:
        return _shelf(context, pairing_id, address, ())

    return router


def _shelf(
    context: Context,
    pairing_id: str,
    address: str,
    changes: list[LiveChange] | tuple[()],
    missing: list[str] | tuple[()] = (),
) -> ShelfWorkView:
    context.hub.publish(*changes)
    with context.records.read() as session:
        try:
            return show_shelf(session, pairing_id, address, missing=missing)
        except LookupError as error:
            raise Problem(404, "tags.not_on_list", {"address": address}) from error


def _told(context: Context, row: PairingRow) -> PairingPageView:
    context.hub.publish(list_changed(row))
    with context.records.read() as session:
        return show_pairing(session, row)


def _scope(room: str, asked: PairingAsked) -> SlotAddress:
    try:
        return SlotAddress(room=room, bank=asked.bank, column=asked.column, face=asked.face)
    except ValueError as error:
        raise Problem(422, "tags.scope_has_holes") from error


def _box_code(context: Context, text: str) -> str:
    """Read the code off a label or as it was typed."""
    with context.records.read() as session:
        found = scanning.scan(session, context.rooms, context.site.tagging, text)
    if found.kind != "box" or found.code is None:
        raise Problem(404, "holdings.no_such_box", {"code": text})
    return found.code


@contextmanager
def _writing(context: Context, code: str = "") -> Iterator[WriteSession]:
    """Open the records to write in; what is refused is told to whoever asked."""
    try:
        with context.records.write() as session:
            yield session
    except (Refused, NotHeld, TagInUse) as error:
        raise _say(context, error, code) from error


def _say(context: Context, error: Refused | NotHeld | TagInUse, code: str = "") -> Problem:
    """Say no; whoever has a shelf in hand is told by name, and what is not there is 404."""
    problem = problem_of(error, Item(kind="box", code=code))
    if isinstance(error, Refused) and error.code in ("tags.no_such_pairing", "tags.not_on_list"):
        problem.status = 404
    holder = problem.params.get("by")
    if isinstance(holder, str):
        with context.records.read() as session:
            problem.params["by"] = names_of(session, {holder}).get(holder, holder)
    return problem
