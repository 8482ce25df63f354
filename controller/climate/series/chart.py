"""Reads a series as a chart wants it: few points with their extremes, and where nothing is known.

Short spans are drawn from readings, longer ones from hours, the longest from days. Where even those
are more than asked for, neighbours are put together; the lowest and highest stay, so that a peak of
a minute shows in a chart of ten years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, and_, func, select

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.calibration.rules import AS_MEASURED, Correction, parse_corrections
from controller.climate.series import days, suspicions
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
Stretch = tuple[float, float]
"""From and to, seconds since 1970."""

RAW_UNTIL: Final = timedelta(days=8)
HOURS_UNTIL_S: Final = 12 * HOUR_S
"""Points further apart than this come from days."""

_CENTI = 100
_ALL_BITS = 15
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
    gaps: list[Stretch]


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

    def alone(self) -> tuple[ColumnElement[Any], ...]:
        """Select mean, lowest and highest of each row."""
        return self.total / func.nullif(self.seconds, 0.0), self.low, self.high

    def summed(self) -> tuple[ColumnElement[Any], ...]:
        """Select mean, lowest and highest of rows that are put together."""
        seconds = func.nullif(func.sum(self.seconds), 0.0)
        return func.sum(self.total) / seconds, func.min(self.low), func.max(self.high)


def read_chart(
    session: ReadSession, room: str, probe: str, quantities: Sequence[str], asked: Asked
) -> Chart:
    """Read some quantities of a probe; one it never measured has no bands.

    Gaps are those of the first quantity. A point tells of sound readings alone.
    """
    row = find_probe(session, room, probe)
    step = _step(session, row, quantities[0], asked)
    bands: dict[str, list[Band]] = {name: [] for name in quantities}
    known: list[Stretch] = []
    if row is not None and step == "raw":
        bands |= {name: list(_raw_bands(session, row, name, asked)) for name in quantities}
        known = list(_raw_known(session, row, quantities[0], asked))
    elif row is not None:
        for several in _of_one_table(session, row, quantities, step):
            rolled = _rolled_bands(session, several, asked, step)
            bands |= rolled.bands
            known = rolled.known if quantities[0] in several else known
    return Chart(step=step, bands=bands, gaps=_between(known, asked))


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
        code = table.c.suspect.bitwise_and(
            suspicions.pack_pair(_ALL_BITS, 0) if is_warm else suspicions.pack_pair(0, _ALL_BITS)
        )
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
            alone = select(columns.at, columns.total).where(*wanted).order_by(columns.at)
            for at, raw in session.execute(alone).all():
                value = raw if correction is AS_MEASURED else correction.apply(raw)
                yield at / 1000, value, value, value
            continue
        value = columns.total
        together = (
            select(func.min(columns.at), func.avg(value), func.min(value), func.max(value))
            .where(*wanted)
            .group_by((columns.at - since) // width_ms)
            .order_by(func.min(columns.at))
        )
        for at, *values in session.execute(together).all():
            mean, low, high = (correction.apply(float(each)) for each in values)
            yield at / 1000, mean, low, high


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


def _of_one_table(
    session: ReadSession, row: ProbeRow, quantities: Sequence[str], step: Step
) -> list[dict[str, _Columns]]:
    """Put quantities together that stand in the same rows."""
    together: dict[tuple[str, int], dict[str, _Columns]] = {}
    for name in quantities:
        columns = _rolled_columns(session, row, name, step)
        if columns is not None:
            key = columns.table.name, columns.number
            together.setdefault(key, {})[name] = columns
    return list(together.values())


@dataclass(frozen=True, slots=True)
class _Rolled:
    bands: dict[str, list[Band]]
    known: list[Stretch]
    """Of the first quantity."""


def _rolled_bands(
    session: ReadSession, several: Mapping[str, _Columns], asked: Asked, step: Step
) -> _Rolled:
    """Read hours or days of quantities that stand in the same rows, neighbours put together."""
    lead = next(iter(several.values()))
    first, end = _rolled_span(asked, step)
    together = max(1, ceil((end - first) / asked.points))
    wanted = (lead.of_number(), lead.at >= first, lead.at < end)
    if together == 1:
        query: Any = select(
            lead.at, lead.seconds, *(each for c in several.values() for each in c.alone())
        )
        rows = session.execute(query.where(*wanted).order_by(lead.at)).all()
        known = [at for at, held_s, *_ in rows if held_s >= _half_s(step)]
    else:
        summed = (each for columns in several.values() for each in columns.summed())
        query = (
            select(func.min(lead.at), func.sum(lead.seconds), *summed)
            .where(*wanted)
            .group_by((lead.at - first) // together)
            .order_by(func.min(lead.at))
        )
        rows = session.execute(query).all()
        whole = select(lead.at).where(*wanted, lead.seconds >= _half_s(step)).order_by(lead.at)
        known = list(session.execute(whole).scalars())
    # Turned over as a whole, because a loop over a year of hours takes as long as reading them.
    turned: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * (2 + 3 * len(several))
    times = [_began_s(at, step, asked.zone) for at in turned[0]]
    bands: dict[str, list[Band]] = {}
    for place, name in enumerate(several):
        band = list(zip(times, *turned[2 + 3 * place : 5 + 3 * place], strict=True))
        bands[name] = [each for each in band if each[1] is not None]
    return _Rolled(bands, list(_stretches(known, step, asked.zone)))


def _rolled_span(asked: Asked, step: Step) -> tuple[int, int]:
    """Return the first hour or day that belongs to a period, and the first that does not."""
    start, end = int(asked.start.timestamp() // HOUR_S), first_hour(asked.end)
    if step == "hour":
        return start, end
    return days.day_of(start, asked.zone), days.day_of(end - 1, asked.zone) + 1


def _between(known: Sequence[Stretch], asked: Asked) -> list[Stretch]:
    """List the times, as far as it was by now, that lie between stretches of which is known."""
    gaps, until = [], asked.start.timestamp()
    for since, last in known:
        gaps.append((until, since))
        until = last
    gaps.append((until, min(asked.end, asked.now).timestamp()))
    return [(since, until) for since, until in gaps if since < until]


def _raw_known(
    session: ReadSession, row: ProbeRow, quantity: str, asked: Asked
) -> Iterator[Stretch]:
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


def _stretches(known: Sequence[int], step: Step, zone: ZoneInfo) -> Iterator[Stretch]:
    """Put hours or days together that follow each other."""
    edges = [place for place in range(1, len(known)) if known[place] - known[place - 1] > 1]
    for since, until in pairwise([0, *edges, len(known)] if known else []):
        yield _began_s(known[since], step, zone), _began_s(known[until - 1] + 1, step, zone)


def _half_s(step: Step) -> float:
    """Say how much of an hour or day must be known for it not to be a gap."""
    return (HOUR_S if step == "hour" else _DAY_S) / 2


def _began_s(at: int, step: Step, zone: ZoneInfo) -> float:
    hour = at if step == "hour" else days.first_hour_of(at, zone)
    return float(hour * HOUR_S)


def _raw_between(
    at: ColumnElement[int], start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return at >= round(start.timestamp() * 1000), at < round(end.timestamp() * 1000)
