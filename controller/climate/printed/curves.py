"""Curves and gaps of a period from its hours. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo

from config.limits import LimitProfile
from config.quantities import TEMPERATURE
from controller.climate.printed.model import ChartPoint
from controller.climate.series.model import HOUR_S, HourFigures

_Figures = tuple[float, float, float | None, float | None]


def draw_curve(
    hours: Sequence[HourFigures],
    quantity: str,
    start: datetime,
    end: datetime,
    zone: tzinfo,
    profile: LimitProfile | None,
    *,
    daily: bool,
) -> tuple[ChartPoint, ...]:
    """Give a point for each hour, or each local day, of a period; gaps are points without a mean.

    The mean is weighted by how long readings held.
    """
    figures: Callable[[HourFigures], _Figures] = (
        (lambda h: (h.t_s, h.t_sum, h.t_min, h.t_max))
        if quantity == TEMPERATURE
        else (lambda h: (h.rh_s, h.rh_sum, h.rh_min, h.rh_max))
    )
    parts: dict[float, list[_Figures]] = {}
    hour = int(start.timestamp() // HOUR_S)
    place = _place_of(zone, daily)
    while hour * HOUR_S < end.timestamp():
        parts.setdefault(place(hour * HOUR_S), [])
        hour += 1
    for each in hours:
        if start.timestamp() <= each.start_s < end.timestamp():
            parts.setdefault(place(each.start_s), []).append(figures(each))
    return tuple(
        _point(at_s, several, quantity, zone, profile) for at_s, several in sorted(parts.items())
    )


def list_gaps(
    hours: Sequence[HourFigures], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """List the stretches of whole hours of which nothing is known."""
    known = {hour.hour for hour in hours if hour.pair_s > 0}
    first, last = int(start.timestamp() // HOUR_S), int(-(-end.timestamp() // HOUR_S))
    gaps: list[tuple[datetime, datetime]] = []
    began: int | None = None
    for hour in range(first, last + 1):
        if hour < last and hour not in known:
            began = hour if began is None else began
        elif began is not None:
            gaps.append((_moment(began), _moment(hour)))
            began = None
    return gaps


def _place_of(zone: tzinfo, daily: bool) -> Callable[[float], float]:
    def place(at_s: float) -> float:
        if not daily:
            return at_s
        local = datetime.fromtimestamp(at_s, UTC).astimezone(zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()

    return place


def _point(
    at_s: float,
    several: Sequence[_Figures],
    quantity: str,
    zone: tzinfo,
    profile: LimitProfile | None,
) -> ChartPoint:
    seconds = sum(each[0] for each in several)
    lows = [each[2] for each in several if each[2] is not None]
    highs = [each[3] for each in several if each[3] is not None]
    month = datetime.fromtimestamp(at_s, UTC).astimezone(zone).month
    bounds = profile.limits_in(month).get(quantity) if profile else None
    return ChartPoint(
        at_s,
        sum(each[1] for each in several) / seconds if seconds else None,
        min(lows, default=None),
        max(highs, default=None),
        bounds.low if bounds else None,
        bounds.high if bounds else None,
    )


def _moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR_S, UTC)
