"""Routes of what leaves the house: movements as CSV and as EPCIS 2.0. Each export is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from controller.context import Context
from controller.downloads import Download
from controller.exports.audited import audited
from controller.exports.model import Window
from controller.exports.rules import window_of
from controller.exports.writing import Tally, write_csv, write_epcis
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_room

_Exporter = Annotated[SignedIn, Depends(permit("export.read"))]
_When = AwareDatetime | date | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A time and a room as a page names them."""

    since: Annotated[_When, Query(alias="from")] = None
    until: Annotated[_When, Query(alias="to")] = None
    room: Annotated[str | None, Query(max_length=16)] = None


def routes(context: Context) -> APIRouter:
    """Offer the exports."""
    router = APIRouter()

    @router.get("/movements.csv", response_class=Response, responses={200: {"content": {}}})
    def export_csv(who: _Exporter, asked: Annotated[_Asked, Depends()]) -> Download:
        tally, window = Tally(), _window(context, asked)
        parts = write_csv(context, window, tally)
        return Download(
            audited(context, parts, tally, window, form="csv", by=who.user_id),
            name="movements.csv",
            media_type="text/csv; charset=utf-8",
        )

    @router.get("/movements.epcis.json", response_class=Response, responses={200: {"content": {}}})
    def export_epcis(who: _Exporter, asked: Annotated[_Asked, Depends()]) -> Download:
        tally, window = Tally(), _window(context, asked)
        parts = write_epcis(context, window, tally)
        return Download(
            audited(context, parts, tally, window, form="epcis", by=who.user_id),
            name="movements.epcis.json",
            media_type="application/ld+json",
        )

    return router


def _window(context: Context, asked: _Asked) -> Window:
    if asked.room is not None:
        get_room(context.rooms, asked.room)
    window = window_of(asked.since, asked.until, asked.room, context.site.zone())
    if window.since and window.until and window.until <= window.since:
        raise Problem(422, "exports.ends_before_it_begins")
    return window
