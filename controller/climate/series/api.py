"""Routes of series: how the air was, for a chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from config.moments import Moment
from config.quantities import TEMPERATURE, QuantityName, quantities
from controller.climate.metrics.growth_limit import growth_limit_pct
from controller.climate.series.chart import Asked, Band, Chart, Step, read_chart
from controller.climate.series.export import Export, write_series
from controller.climate.series.roll_up import settle
from controller.climate.series.rows import PAIR, find_probe
from controller.context import Context
from controller.downloads import Download
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_room

LONGEST: Final = timedelta(days=100 * 366)
FEWEST_POINTS: Final = 8
MOST_POINTS: Final = 10_000
_USUAL = timedelta(days=1)

Curve = list[tuple[float, float]]
"""Seconds since 1970, and a value."""


class SeriesView(BaseModel):
    """Bands of [seconds since 1970, mean, lowest, highest] by quantity; each begins at its time.

    `gaps` are the times [from, to] of which nothing is known. `mould_limit` is, where asked for, at
    [seconds since 1970] the humidity in % above which mould can grow in the warmth measured then
    (Zeng et al. 2023).
    """

    step: Step
    quantities: dict[str, list[Band]]
    gaps: list[tuple[float, float]]
    mould_limit: Curve | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which series of a room, and when."""

    probe: str
    start: Annotated[Moment | None, Query(alias="from")] = None
    end: Annotated[Moment | None, Query(alias="to")] = None
    quantity: Annotated[list[QuantityName] | None, Query(max_length=10)] = None


def routes(context: Context) -> APIRouter:
    """Offer the routes of series."""
    router = APIRouter(dependencies=[Depends(permit("climate.read"))])

    @router.get("/rooms/{room}/climate/series", response_model=SeriesView)
    def read_series(
        room: str,
        wanted: Annotated[Wanted, Depends()],
        points: Annotated[int, Query(ge=FEWEST_POINTS, le=MOST_POINTS)] = 500,
        step: Step | None = None,
        mould_limit: bool = False,
    ) -> Response:
        first, last = checked(context, room, wanted)
        names = tuple(wanted.quantity or PAIR)
        read = tuple(dict.fromkeys((*names, TEMPERATURE))) if mould_limit else names
        settle(context, room, wanted.probe, until=last)
        asked = Asked(
            start=first,
            end=last,
            points=points,
            now=context.clock.now(),
            zone=context.site.zone(),
            step=step,
        )
        with context.telemetry.read() as session:
            chart = read_chart(session, room, wanted.probe, read, asked)
        curve = growth_limit(chart.bands[TEMPERATURE]) if mould_limit else None
        shown = replace(chart, bands={name: chart.bands[name] for name in names})
        return Response(write_chart(shown, curve), media_type="application/json")

    return router


def growth_limit(warmth: Iterable[Band]) -> Curve:
    """Give the humidity above which mould can grow, by the mean of each band of temperature."""
    return [(at_s, growth_limit_pct(mean_c)) for at_s, mean_c, _, _ in warmth]


def write_chart(chart: Chart, mould_limit: Curve | None = None) -> bytes:
    """Write a SeriesView as JSON; to check every number of a year again would take as long."""
    return to_json(
        {
            "step": chart.step,
            "quantities": chart.bands,
            "gaps": chart.gaps,
            "mould_limit": mould_limit,
        }
    )


def export_routes(context: Context) -> APIRouter:
    """Offer a series as a file."""
    router = APIRouter()

    @router.get(
        "/rooms/{room}/climate/series.csv",
        response_class=Response,
        responses={200: {"content": {}}},
    )
    def export_series(
        room: str,
        who: Annotated[SignedIn, Depends(permit("climate.export"))],
        wanted: Annotated[Wanted, Depends()],
        step: Step = "hour",
    ) -> Download:
        first, last = checked(context, room, wanted)
        settle(context, room, wanted.probe, until=last)
        export = Export(
            room=room,
            probe=wanted.probe,
            quantities=tuple(wanted.quantity or PAIR),
            start=first,
            end=last,
            step=step,
            by=who.user_id,
        )
        return Download(
            write_series(context, export),
            name=f"{room}-{wanted.probe}-{first:%Y%m%d}-{last:%Y%m%d}-{step}.csv",
            media_type="text/csv; charset=utf-8",
        )

    return router


def checked(context: Context, room: str, wanted: Wanted) -> tuple[datetime, datetime]:
    """Return the period that is meant; raise Problem for what does not exist or cannot be."""
    known = get_room(context.rooms, room)
    is_wired = known.find_probe(wanted.probe) is not None
    if not is_wired and not _ever_reported(context, room, wanted.probe):
        raise Problem(404, "climate.no_such_probe", {"room": room, "probe": wanted.probe})
    for name in wanted.quantity or ():
        if name not in quantities():
            raise Problem(404, "climate.no_such_quantity", {"quantity": name})
    last = wanted.end or context.clock.now()
    first = wanted.start or last - _USUAL
    if not timedelta(0) < last - first <= LONGEST or first.timestamp() < 0:
        raise Problem(422, "climate.bad_period", {"most_days": LONGEST.days})
    return first, last


def _ever_reported(context: Context, room: str, probe: str) -> bool:
    with context.telemetry.read() as session:
        return find_probe(session, room, probe) is not None
