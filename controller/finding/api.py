"""The one route of search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from controller.context import Context
from controller.finding.hits import dress
from controller.finding.looks import note_look
from controller.finding.search import find
from controller.finding.shapes import HitsView
from controller.people.access import SignedIn, permit


def routes(context: Context) -> APIRouter:
    """Offer search. Queries may hold names and ID numbers, so nothing here writes them down.

    That somebody looked for an ID number is audited all the same, without the number.
    """
    router = APIRouter()

    @router.get("/search")
    def search(
        q: Annotated[str, Query(max_length=100)],
        who: Annotated[SignedIn, Depends(permit("search"))],
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> HitsView:
        began = context.clock.monotonic()
        note_look(context, q, by=who.user_id)
        with context.records.read() as session:
            matches, more = find(session, context.keys, q, limit=limit)
            hits = dress(session, context.keys, matches)
        took_ms = round((context.clock.monotonic() - began) * 1000, 2)
        return HitsView(query=q, hits=hits, more=more, took_ms=took_ms)

    return router
