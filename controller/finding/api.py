"""The one route of search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from controller.context import Context
from controller.finding.hits import dress
from controller.finding.search import find
from controller.finding.shapes import HitsView
from controller.people.access import permit


def routes(context: Context) -> APIRouter:
    """Offer search. Queries may hold names and ID numbers, so nothing here writes them down."""
    router = APIRouter()

    @router.get("/search", dependencies=[Depends(permit("search"))])
    def search(
        q: Annotated[str, Query(max_length=100)],
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> HitsView:
        began = context.clock.monotonic()
        with context.records.read() as session:
            matches, more = find(session, context.keys, q, limit=limit)
            hits = dress(session, context.keys, matches)
        took_ms = round((context.clock.monotonic() - began) * 1000, 2)
        return HitsView(query=q, hits=hits, more=more, took_ms=took_ms)

    return router
