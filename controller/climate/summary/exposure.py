"""Which air a thing lived in: its places over time, each in the air of its zone. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from config.addresses import parse_address, room_of
from config.climate import Zone
from config.room import Room
from controller.climate.metrics.vtt import CLEAN, step_all
from controller.climate.series.model import HOUR_S, HourFigures
from controller.holdings.model import Movement, Place, PlaceKind

_ON_STEEL = (PlaceKind.HOME, PlaceKind.SHELF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a thing was for a time; `room` and `zone` are `None` where its air is not known."""

    start: datetime
    end: datetime
    place: Place
    room: str | None
    zone: Zone | None
    assumed: bool = False
    """Before a list first named it; it is taken to have stood where that list said."""


def list_spans(
    movements: Iterable[Movement],
    now_at: Place,
    home: str | None,
    rooms: Mapping[str, Room],
    *,
    start: datetime,
    end: datetime,
) -> list[Span]:
    """Cut a period into the places of a thing, the earliest first.

    `movements` come newest first, as holdings list them; before the oldest the thing was where that
    one took it from, or, where a list first named it, where that list said. At home it stands at
    `home`, its home of now, where a movement names no shelf; a desk is in the room of its home.
    """
    spans: list[Span] = []
    place, until, assumed = now_at, end, False
    for movement in movements:
        since = max(start, min(movement.at, end))
        if since < until:
            spans.append(_span(place, since, until, home, rooms))
        assumed = movement.cause == "import" and movement.from_place.kind is PlaceKind.UNKNOWN
        place = movement.to_place if assumed else movement.from_place
        until = min(until, since)
        if movement.at <= start:
            break
    if start < until:
        spans.append(replace(_span(place, start, until, home, rooms), assumed=assumed))
    return spans[::-1]


def hours_of_zone(probes: Sequence[Sequence[HourFigures]]) -> list[HourFigures]:
    """Make the hours of a zone from those of its probes: their mean, hour by hour.

    Extremes are those of any probe; of mould the probe that is worst off counts.
    """
    by_hour: dict[int, list[HourFigures]] = {}
    for hours in probes:
        for each in hours:
            by_hour.setdefault(each.hour, []).append(each)
    return [_mean(by_hour[hour]) for hour in sorted(by_hour)]


def within(hours: Sequence[HourFigures], start: datetime, end: datetime) -> list[HourFigures]:
    """Keep the hours that begin in a span."""
    first, last = start.timestamp(), end.timestamp()
    return [hour for hour in hours if first <= hour.start_s < last]


def with_own_mould(hours: Sequence[HourFigures]) -> list[HourFigures]:
    """Follow the mould index of a thing that came clean and lived in these hours."""
    figures: tuple[float, ...] = CLEAN
    lived: list[HourFigures] = []
    for hour in hours:
        t, rh = hour.temperature_c, hour.humidity_pct
        if t is not None and rh is not None:
            figures = step_all(figures, t, rh, hour.pair_s / HOUR_S)
        lived.append(hour._replace(mould_states=figures))
    return lived


def unknown_pct(spans: Sequence[Span]) -> float:
    """Say in how much of the time nobody knows which air the thing was in, in %."""
    total = sum((span.end - span.start).total_seconds() for span in spans)
    lost = sum((span.end - span.start).total_seconds() for span in spans if span.zone is None)
    return 100 * lost / total if total > 0 else 0.0


def _span(
    place: Place, start: datetime, end: datetime, home: str | None, rooms: Mapping[str, Room]
) -> Span:
    address = place.address
    if place.kind is PlaceKind.HOME and address is None:
        address, place = home, replace(place, address=home)
    where = home if place.kind is PlaceKind.DESK else address
    room = rooms.get(room_of(where)) if where else None
    zone = None
    if room is not None and place.kind is PlaceKind.DESK:
        zone = room.climate.usual_zone()
    elif room is not None and address is not None and place.kind in _ON_STEEL:
        zone = room.climate.zone_at(parse_address(address))
    return Span(
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        place=place,
        room=room.room if room is not None and zone is not None else None,
        zone=zone,
    )


def _mean(hours: Sequence[HourFigures]) -> HourFigures:
    """Turned over as a whole, since a year of a zone with many probes is many hours."""
    count = len(hours)
    if count == 1:
        return hours[0]
    hour, n, t_s, t_sum, t_min, t_max, rh_s, rh_sum, rh_min, rh_max, *rest = zip(
        *hours, strict=True
    )
    pair_s, ah_sum, inv_pi, inv_lm, mould_dose, basis, mould_states = rest
    return HourFigures(
        hour=hour[0],
        n=sum(n),
        t_s=sum(t_s) / count,
        t_sum=sum(t_sum) / count,
        t_min=_extreme(min, t_min),
        t_max=_extreme(max, t_max),
        rh_s=sum(rh_s) / count,
        rh_sum=sum(rh_sum) / count,
        rh_min=_extreme(min, rh_min),
        rh_max=_extreme(max, rh_max),
        pair_s=sum(pair_s) / count,
        ah_sum=sum(ah_sum) / count,
        inv_pi=sum(inv_pi) / count,
        inv_lm=sum(inv_lm) / count,
        mould_dose=sum(mould_dose) / count,
        basis=max(basis),
        mould_states=_worst(mould_states),
    )


def _worst(states: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    first = states[0]
    is_one = states.count(first) == len(states)
    return first if is_one else max(states, key=lambda each: each[::2])


def _extreme(
    choose: Callable[[Sequence[float]], float], values: Sequence[float | None]
) -> float | None:
    known = [value for value in values if value is not None]
    return choose(known) if known else None
