"""Reads a series as a chart wants it: few points with their extremes, and where nothing is known.

Short spans are drawn from readings, longer ones from hours, the longest from days. Where even those
are more than asked for, neighbours are put together; the lowest and highest stay, so that a peak of
a minute shows in a chart of ten years.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.calibration.rules import AS_MEASURED, Correction, parse_corrections
from controller.climate.series import days
from controller.climate.series.model import HOUR_S, Basis
from controller.climate.series.reading import first_hour
from controller.climate.series.rows import find_probe, list_series, load_paces, table_of
from controller.climate.series.suspicions import SOUND
from controller.climate.series.tables import (
    DayRow,
    HourRow,
    ProbeRow,
    ReadingDayRow,
    ReadingHourRow,
    ReadingRow,
    SampleRow,
)
from controller.store.engine import ReadSession

Step = Literal["raw", "hour", "day"]
Band = tuple[float, float, float, float]
"""Seconds since 1970 at which it begins, mean, lowest, highest."""

RAW_UNTIL: Final = timedelta(days=8)
HOURS_UNTIL_S: Final = 12 * HOUR_S
"""Points further apart than this come from days."""

_CENTI = 100
_DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to draw: a period and how many points at most, as far as it was by `now`."""

    start: datetime
    end: datetime
    points: int
    now: datetime
    zone: ZoneInfo
    step: Step | None = None
    """`None`: whatever suits the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bands by quantity in order of time, and the times of which nothing is known."""

    step: Step
    bands: dict[str, list[Band]]
    gaps: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where one quantity stands in a table of readings, hours or days."""

    table: Table
    number: int
    at: ColumnElement[int]
    seconds: ColumnElement[float]
    total: ColumnElement[float]
    low: ColumnElement[float]
    high: ColumnElement[float]

    def of_number(self) -> ColumnElement[bool]:
        """Select the probe or series."""
        return next(iter(self.table.primary_key.columns)) == self.number


def read_chart(
    session: ReadSession, room: str, probe: str, quantities: Sequence[str], asked: Asked
) -> Chart:
    """Read some quantities of a probe; one it never measured has no bands.

    Gaps are those of the first quantity. A point tells of sound readings alone.
    """
    row = find_probe(session, room, probe)
    step = _step(session, row, quantities[0], asked)
    bands: dict[str, list[Band]] = {name: [] for name in quantities}
    gaps: list[tuple[float, float]] = [(asked.start.timestamp(), _until_s(asked))]
    for place, name in enumerate(quantities):
        if row is None:
            continue
        if step == "raw":
            bands[name] = list(_raw_bands(session, row, name, asked))
        else:
            bands[name] = _rolled_bands(session, row, name, asked, step)
        if place == 0:
            gaps = _gaps(session, row, name, asked, step)
    return Chart(step=step, bands=bands, gaps=[gap for gap in gaps if gap[1] > gap[0]])


def _step(session: ReadSession, row: ProbeRow | None, quantity: str, asked: Asked) -> Step:
    if asked.step is not None:
        return asked.step
    span = asked.end - asked.start
    is_short = span <= RAW_UNTIL or (row is not None and _fits(session, row, quantity, asked))
    if is_short and (row is None or not _is_raw_gone(session, row, quantity, asked)):
        return "raw"
    return "hour" if span.total_seconds() / asked.points <= HOURS_UNTIL_S else "day"


def _fits(session: ReadSession, row: ProbeRow, quantity: str, asked: Asked) -> bool:
    """Say whether all readings of a period are no more than the points asked for."""
    found = _raw_columns(session, row, quantity)
    if found is None:
        return True
    columns, sound = found
    some = (
        select(columns.at)
        .where(columns.of_number(), sound, *_raw_between(columns.at, asked.start, asked.end))
        .limit(asked.points + 1)
        .subquery()
    )
    return int(session.execute(select(func.count()).select_from(some)).scalar_one()) <= asked.points


def _is_raw_gone(session: ReadSession, row: ProbeRow, quantity: str, asked: Asked) -> bool:
    columns = _rolled_columns(session, row, quantity, "hour")
    if columns is None:
        return False
    query = select(columns.at).where(
        columns.of_number(),
        columns.at >= first_hour(asked.start),
        columns.at < first_hour(asked.end),
        columns.table.c.basis != int(Basis.RAW),
    )
    return session.execute(query.limit(1)).first() is not None


def _raw_columns(
    session: ReadSession, row: ProbeRow, quantity: str
) -> tuple[_Columns, ColumnElement[bool]] | None:
    """Return where readings stand, and which of them are sound."""
    assert row.id is not None
    if quantity in (TEMPERATURE, HUMIDITY):
        table = table_of(SampleRow)
        is_warm = quantity == TEMPERATURE
        value: Any = table.c.temperature_centi_c if is_warm else table.c.humidity_centi_pct
        code = table.c.suspect % 16 if is_warm else table.c.suspect - table.c.suspect % 16
        number, value, sound = (
            row.id,
            value / float(_CENTI),
            and_(value.is_not(None), code == SOUND),
        )
    else:
        series_id = list_series(session, row.id).get(quantity)
        if series_id is None:
            return None
        table = table_of(ReadingRow)
        number, value, sound = series_id, table.c.value, table.c.suspect == SOUND
    return _Columns(table, number, table.c.at_ms, value, value, value, value), sound


def _rolled_columns(
    session: ReadSession, row: ProbeRow, quantity: str, step: Step
) -> _Columns | None:
    assert row.id is not None
    if quantity in (TEMPERATURE, HUMIDITY):
        table = table_of(HourRow if step == "hour" else DayRow)
        short = "t" if quantity == TEMPERATURE else "rh"
        names, number = [f"{short}_{what}" for what in ("s", "sum", "min", "max")], row.id
    else:
        series_id = list_series(session, row.id).get(quantity)
        if series_id is None:
            return None
        table = table_of(ReadingHourRow if step == "hour" else ReadingDayRow)
        names, number = ["seconds", "sum", "min", "max"], series_id
    return _Columns(table, number, table.c[step], *(table.c[name] for name in names))


def _raw_bands(session: ReadSession, row: ProbeRow, quantity: str, asked: Asked) -> Iterator[Band]:
    """Give readings, or what they were in equal times where there are too many."""
    found = _raw_columns(session, row, quantity)
    if found is None:
        return
    columns, sound = found
    corrections = parse_corrections(row.calibrations).get(quantity, ())
    width_ms = max(1, ceil((asked.end - asked.start).total_seconds() * 1000 / asked.points))
    are_few = _fits(session, row, quantity, asked)
    for since, until, correction in _between_corrections(corrections, asked):
        wanted = (columns.of_number(), sound, columns.at >= since, columns.at < until)
        if are_few:
            query: Any = select(columns.at, columns.total, columns.total, columns.total)
            query = query.where(*wanted).order_by(columns.at)
        else:
            bucket = (columns.at - since) // width_ms
            value = columns.total
            query = (
                select(func.min(columns.at), func.avg(value), func.min(value), func.max(value))
                .where(*wanted)
                .group_by(bucket)
                .order_by(bucket)
            )
        for at, mean, low, high in session.execute(query):
            values = (correction.apply(float(each)) for each in (mean, low, high))
            yield (at / 1000, *values)


def _between_corrections(
    corrections: Sequence[Correction], asked: Asked
) -> Iterator[tuple[int, int, Correction]]:
    """Cut a period where another correction begins."""
    start, end = (round(moment.timestamp() * 1000) for moment in (asked.start, asked.end))
    every = (AS_MEASURED, *corrections)
    for place, correction in enumerate(every):
        since = start if place == 0 else max(start, correction.from_ms)
        until = min(end, every[place + 1].from_ms) if place + 1 < len(every) else end
        if since < until:
            yield since, until, correction


def _rolled_bands(
    session: ReadSession, row: ProbeRow, quantity: str, asked: Asked, step: Step
) -> list[Band]:
    columns = _rolled_columns(session, row, quantity, step)
    if columns is None:
        return []
    first, end = _rolled_span(asked, step)
    together = max(1, ceil((end - first) / asked.points))
    wanted = (columns.of_number(), columns.at >= first, columns.at < end, columns.seconds > 0)
    if together == 1:
        query: Any = select(columns.at, columns.total / columns.seconds, columns.low, columns.high)
        query = query.where(*wanted).order_by(columns.at)
    else:
        bucket = (columns.at - first) // together
        query = (
            select(
                func.min(columns.at),
                func.sum(columns.total) / func.sum(columns.seconds),
                func.min(columns.low),
                func.max(columns.high),
            )
            .where(*wanted)
            .group_by(bucket)
            .order_by(bucket)
        )
    rows = session.execute(query)
    if step == "hour":
        return [(at * HOUR_S, mean, low, high) for at, mean, low, high in rows]
    return [(_day_s(at, asked.zone), mean, low, high) for at, mean, low, high in rows]


def _rolled_span(asked: Asked, step: Step) -> tuple[int, int]:
    """Return the first hour or day that belongs to a period, and the first that does not."""
    start, end = int(asked.start.timestamp() // HOUR_S), first_hour(asked.end)
    if step == "hour":
        return start, end
    return days.day_of(start, asked.zone), days.day_of(end - 1, asked.zone) + 1


def _day_s(day: int, zone: ZoneInfo) -> float:
    return float(days.hours_of(day, zone)[0] * HOUR_S)


def _gaps(
    session: ReadSession, row: ProbeRow, quantity: str, asked: Asked, step: Step
) -> list[tuple[float, float]]:
    """List the times without readings: longer than one may hold, or most of an hour or day."""
    if step == "raw":
        known = list(_raw_known(session, row, quantity, asked))
    else:
        known = list(_rolled_known(session, row, quantity, asked, step))
    gaps, until = [], asked.start.timestamp()
    for since, last in known:
        gaps.append((until, since))
        until = last
    return [*gaps, (until, _until_s(asked))]


def _raw_known(
    session: ReadSession, row: ProbeRow, quantity: str, asked: Asked
) -> Iterator[tuple[float, float]]:
    """Give the stretches in which each reading comes before the one before ceases to hold."""
    found = _raw_columns(session, row, quantity)
    if found is None or row.id is None:
        return
    columns, sound = found
    paces = load_paces(session, row.id)
    start, end = (round(moment.timestamp() * 1000) for moment in (asked.start, asked.end))
    query = (
        select(columns.at)
        .where(
            columns.of_number(), sound, columns.at >= start - paces.furthest_ms(), columns.at < end
        )
        .order_by(columns.at)
    )
    only = paces.longest_ms(start) if paces.is_one() else None
    since: int | None = None
    until = 0
    for at in session.execute(query).scalars():
        if since is not None and at > until:
            yield since / 1000, until / 1000
            since = at
        since = at if since is None else since
        until = at + (paces.longest_ms(at) if only is None else only)
    if since is not None:
        yield since / 1000, until / 1000


def _rolled_known(
    session: ReadSession, row: ProbeRow, quantity: str, asked: Asked, step: Step
) -> Iterator[tuple[float, float]]:
    columns = _rolled_columns(session, row, quantity, step)
    if columns is None:
        return
    first, end = _rolled_span(asked, step)
    half_s = (HOUR_S if step == "hour" else _DAY_S) / 2
    before = func.lag(columns.at).over(order_by=columns.at).label("before")
    after = func.lead(columns.at).over(order_by=columns.at).label("after")
    covered = (
        select(columns.at.label("at"), before, after)
        .where(columns.of_number(), columns.at >= first, columns.at < end)
        .where(columns.seconds >= half_s)
        .subquery()
    )
    edges = select(covered).where(
        or_(
            covered.c.before.is_(None),
            covered.c.after.is_(None),
            covered.c.at - covered.c.before > 1,
            covered.c.after - covered.c.at > 1,
        )
    )
    since = 0
    for at, before_it, after_it in session.execute(edges.order_by(covered.c.at)):
        if before_it is None or at - before_it > 1:
            since = at
        if after_it is None or after_it - at > 1:
            yield _began_s(since, step, asked.zone), _began_s(at + 1, step, asked.zone)


def _began_s(at: int, step: Step, zone: ZoneInfo) -> float:
    return float(at * HOUR_S) if step == "hour" else _day_s(at, zone)


def _until_s(asked: Asked) -> float:
    return min(asked.end, asked.now).timestamp()


def _raw_between(
    at: ColumnElement[int], start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return at >= round(start.timestamp() * 1000), at < round(end.timestamp() * 1000)
