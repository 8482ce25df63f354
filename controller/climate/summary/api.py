"""Routes of figures: what the air of a zone did, and which air a box lived in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from config.moments import Moment
from config.room import Room
from controller.climate.metrics.years import WHOLE_YEAR_S
from controller.climate.series.model import HourFigures
from controller.climate.summary.exposure import (
    Span,
    list_spans,
    unknown_pct,
    with_own_mould,
    within,
)
from controller.climate.summary.figures import summarise
from controller.climate.summary.reading import limits_of, read_air
from controller.climate.summary.shapes import (
    ExposureView,
    MetricsView,
    SpanView,
    held_to,
    summary_fields,
)
from controller.context import Context
from controller.holdings import store as holdings
from controller.holdings.history import list_box_movements
from controller.holdings.model import NotHeld
from controller.people.access import permit
from controller.problems import Problem, get_room

LONGEST = timedelta(days=100 * 366)
_USUAL = timedelta(seconds=WHOLE_YEAR_S)
_MOST_MOVEMENTS = 10_000

_From = Annotated[Moment | None, Query(alias="from")]
_To = Annotated[Moment | None, Query(alias="to")]


def routes(context: Context) -> APIRouter:
    """Offer the figures of zones and probes, and the exposure of boxes.

    They are worked out one after the other in one thread: the hours of a year take tens of MB
    meanwhile, which several at once would take each.
    """
    in_turn = ThreadPoolExecutor(max_workers=1, thread_name_prefix="figures")
    router = APIRouter(dependencies=[Depends(permit("climate.read"))])

    @router.get("/rooms/{room}/climate/metrics")
    def read_metrics(
        room: str,
        probe: str | None = None,
        zone: str | None = None,
        start: _From = None,
        end: _To = None,
    ) -> MetricsView:
        known = get_room(context.rooms, room)
        where, probes = _asked(known, probe, zone)
        first, last = _period(context, start, end)
        return in_turn.submit(_metrics, context, known, where, probes, first, last).result()

    @router.get("/boxes/{code}/exposure", dependencies=[Depends(permit("box.read"))])
    def read_exposure(code: str, start: _From = None, end: _To = None) -> ExposureView:
        first, last = _period(context, start, end)
        return in_turn.submit(_exposure, context, code, first, last).result()

    return router


def _metrics(
    context: Context, room: Room, zone: str, probes: list[str], start: datetime, end: datetime
) -> MetricsView:
    profile = limits_of(context, room, zone)
    hours = read_air(context, room.room, probes, start, end)
    summary = summarise(hours, start=start, end=end, zone=context.site.zone(), profile=profile)
    return MetricsView(**summary_fields(summary), probes=probes, limits=held_to(profile))


def _exposure(context: Context, code: str, start: datetime, end: datetime) -> ExposureView:
    spans = _spans(context, code, start, end)
    hours = with_own_mould([hour for span in spans for hour in _hours(context, span)])
    summary = summarise(hours, start=start, end=end, zone=context.site.zone(), profile=None)
    return ExposureView(
        **summary_fields(summary),
        spans=[_span_view(span) for span in spans],
        unknown_pct=unknown_pct(spans),
    )


def _asked(room: Room, probe: str | None, zone: str | None) -> tuple[str, list[str]]:
    """Say which zone's limits hold and which probes are meant; the usual zone without a word."""
    if probe is not None:
        known = room.find_probe(probe)
        if known is None:
            raise Problem(404, "climate.no_such_probe", {"room": room.room, "probe": probe})
        return room.zone_of_probe(known), [probe]
    where = zone or room.climate.usual_zone().zone
    if where not in {each.zone for each in room.climate.all_zones()}:
        raise Problem(404, "climate.no_such_zone", {"room": room.room, "zone": where})
    return where, [each.id for each in room.probes(where)]


def _period(
    context: Context, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    now = context.clock.now()
    last = min(end or now, now)
    first = start or last - _USUAL
    if not timedelta(0) < last - first <= LONGEST:
        raise Problem(422, "climate.bad_period", {"most_days": LONGEST.days})
    return first, last


def _spans(context: Context, code: str, start: datetime, end: datetime) -> list[Span]:
    with context.records.read() as session:
        try:
            box = holdings.get_box_row(session, code)
        except NotHeld as error:
            raise Problem(404, "holdings.no_such_box", {"code": code}) from error
        movements = list_box_movements(session, code, limit=_MOST_MOVEMENTS)
        own = [each for each in movements if each.item_kind == "box" and each.item == code]
        place, home = holdings.place_of_box(box), box.home_shelf
    return list_spans(own, place, home, context.rooms, start=start, end=end)


def _hours(context: Context, span: Span) -> list[HourFigures]:
    if span.room is None or span.zone is None:
        return []
    probes = [each.id for each in context.rooms[span.room].probes(span.zone.zone)]
    hours = read_air(context, span.room, probes, span.start, span.end)
    return within(hours, span.start, span.end)


def _span_view(span: Span) -> SpanView:
    return SpanView(
        start=span.start,
        end=span.end,
        place=span.place.kind.value,
        address=span.place.address,
        room=span.room,
        zone=None if span.zone is None else span.zone.zone,
        zone_name=None if span.zone is None else span.zone.name,
        assumed=span.assumed,
    )
