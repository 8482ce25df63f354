"""Reads series back, calibrated: the latest values, readings, hours and days.

Hours and days are as roll_up left them; `roll_up.settle` brings them up to date before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import col
from sqlmodel import select as select_rows

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.calibration.rules import (
    Corrections,
    correction_at,
    parse_corrections,
)
from controller.climate.series import suspicions
from controller.climate.series.model import (
    EPOCH_DAY,
    HOUR_S,
    DayFigures,
    HourFigures,
    Measured,
    Pair,
    Point,
    ProbeSeries,
    QuantityFigures,
)
from controller.climate.series.rows import find_probe, list_series, table_of
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
from drivers.messages import Suspicion

_CENTI = 100
_PAIR = (TEMPERATURE, HUMIDITY)
MOULD_COLUMNS = tuple(
    f"{what}_{surface}" for surface in ("1999", "vs", "s", "mr", "r") for what in ("m", "dry")
)
"""In the order of metrics.vtt.SURFACES."""


def list_probes(session: ReadSession, room: str) -> list[ProbeSeries]:
    """List the probes of a room that ever reported, also those the room file no longer has."""
    query = select_rows(ProbeRow).where(ProbeRow.agent == room).order_by(col(ProbeRow.device))
    return [_probe_series(session, row) for row in session.exec(query).all()]


def latest(
    session: ReadSession, room: str, *, until: datetime | None = None
) -> dict[str, Measured]:
    """Return the last values of each probe of a room that ever reported, calibrated.

    Values that are suspect are among them, marked; what was dated in time to come when it came is
    not, nor what is dated after `until`.
    """
    rows = session.exec(select_rows(ProbeRow).where(ProbeRow.agent == room)).all()
    found = {
        row.device: latest_of(session, row.id, until=until) for row in rows if row.id is not None
    }
    return {device: measured for device, measured in found.items() if measured is not None}


def latest_of(
    session: ReadSession, probe_id: int, *, until: datetime | None = None
) -> Measured | None:
    """Return the last values of a probe: all that it said at the last moment it spoke."""
    until_ms = None if until is None else round(until.timestamp() * 1000)
    moments = [row for row in (_last_pair(session, probe_id, until_ms),) if row is not None]
    singles = {
        quantity: row
        for quantity, series_id in list_series(session, probe_id).items()
        if (row := _last_reading(session, series_id, until_ms)) is not None
    }
    if not moments and not singles:
        return None
    at_ms = max([row[0] for row in moments] + [row[0] for row in singles.values()])
    found: dict[str, tuple[float, int]] = {}
    if moments and moments[0][0] == at_ms:
        found |= _values_of_pair(moments[0])
    found |= {quantity: row[1:] for quantity, row in singles.items() if row[0] == at_ms}
    corrections = _corrections(session, probe_id)
    return Measured(
        at=datetime.fromtimestamp(at_ms / 1000, UTC),
        values={
            name: correction_at(corrections.get(name, ()), at_ms).apply(value)
            for name, (value, _) in found.items()
        },
        suspect={name: suspicions.NAMES[code] for name, (_, code) in found.items() if code},
    )


def read_points(
    session: ReadSession,
    room: str,
    probe: str,
    quantity: str,
    start: datetime,
    end: datetime,
    *,
    with_suspect: bool = False,
) -> Iterator[Point]:
    """Read every kept reading of one quantity from `start` to before `end`, calibrated.

    Suspect readings are left out unless asked for, and are then marked.
    """
    row = find_probe(session, room, probe)
    if row is None or row.id is None:
        return
    corrections = parse_corrections(row.calibrations).get(quantity, ())
    for at_ms, value, code in _raw(session, row.id, quantity, start, end):
        if code and not with_suspect:
            continue
        suspect: Suspicion | None = suspicions.NAMES[code] if code else None
        yield Point(at_ms / 1000, correction_at(corrections, at_ms).apply(value), suspect)


def read_pairs(
    session: ReadSession, room: str, probe: str, start: datetime, end: datetime
) -> Iterator[Pair]:
    """Read every kept moment at which temperature and humidity are known and sound, calibrated."""
    row = find_probe(session, room, probe)
    if row is None or row.id is None:
        return
    corrections = parse_corrections(row.calibrations)
    warm, damp = (corrections.get(quantity, ()) for quantity in _PAIR)
    columns = table_of(SampleRow).c
    wanted = (
        *_within(table_of(SampleRow), row.id, start, end),
        columns.suspect == suspicions.SOUND,
        columns.temperature_centi_c.is_not(None),
        columns.humidity_centi_pct.is_not(None),
    )
    query = (
        select(columns.at_ms, columns.temperature_centi_c, columns.humidity_centi_pct)
        .where(*wanted)
        .order_by(columns.at_ms)
    )
    for at_ms, t, rh in session.execute(query).yield_per(5000):
        yield Pair(
            at_ms / 1000,
            correction_at(warm, at_ms).apply(t / _CENTI),
            correction_at(damp, at_ms).apply(rh / _CENTI),
        )


def read_hours(
    session: ReadSession, room: str, probe: str, start: datetime, end: datetime
) -> list[HourFigures]:
    """Read the hours that begin from `start` to before `end`; those without are absent."""
    row = find_probe(session, room, probe)
    if row is None:
        return []
    columns = table_of(HourRow).c
    plain = HourFigures._fields[:-1]
    names = (*plain, *MOULD_COLUMNS)
    query = (
        select(*(columns[name] for name in names))
        .where(
            columns.probe_id == row.id,
            columns.hour >= first_hour(start),
            columns.hour < first_hour(end),
        )
        .order_by(columns.hour)
    )
    rows, count = session.execute(query), len(plain)
    return [HourFigures._make((*each[:count], tuple(each[count:]))) for each in rows]


def read_days(
    session: ReadSession, room: str, probe: str, first: date, last: date
) -> list[DayFigures]:
    """Read the days of the site's calendar from the first to the last, both included."""
    row = find_probe(session, room, probe)
    if row is None:
        return []
    columns = table_of(DayRow).c
    query = (
        select(*(columns[name] for name in DayFigures._fields))
        .where(
            columns.probe_id == row.id,
            columns.day.between(first.toordinal() - EPOCH_DAY, last.toordinal() - EPOCH_DAY),
        )
        .order_by(columns.day)
    )
    return [DayFigures._make(each) for each in session.execute(query)]


def read_quantity_hours(
    session: ReadSession, room: str, probe: str, quantity: str, start: datetime, end: datetime
) -> list[QuantityFigures]:
    """Read the hours of a further quantity, as `read_hours` does."""
    columns = table_of(ReadingHourRow).c
    between = (columns.hour >= first_hour(start), columns.hour < first_hour(end))
    return _quantity_figures(session, room, probe, quantity, columns, columns.hour, between)


def read_quantity_days(
    session: ReadSession, room: str, probe: str, quantity: str, first: date, last: date
) -> list[QuantityFigures]:
    """Read the days of a further quantity, as `read_days` does."""
    columns = table_of(ReadingDayRow).c
    days = first.toordinal() - EPOCH_DAY, last.toordinal() - EPOCH_DAY
    between = (columns.day.between(*days),)
    return _quantity_figures(session, room, probe, quantity, columns, columns.day, between)


def first_hour(moment: datetime) -> int:
    """Return the first hour that begins at a moment or later."""
    return -int(-moment.timestamp() // HOUR_S)


def _quantity_figures(
    session: ReadSession,
    room: str,
    probe: str,
    quantity: str,
    columns: Any,
    at: ColumnElement[int],
    between: Iterable[ColumnElement[bool]],
) -> list[QuantityFigures]:
    row = find_probe(session, room, probe)
    if row is None or row.id is None:
        return []
    series_id = list_series(session, row.id).get(quantity)
    query = (
        select(at, *(columns[name] for name in QuantityFigures._fields[1:]))
        .where(columns.series_id == series_id, *between)
        .order_by(at)
    )
    return [QuantityFigures._make(each) for each in session.execute(query)]


def _probe_series(session: ReadSession, row: ProbeRow) -> ProbeSeries:
    assert row.id is not None
    samples = table_of(SampleRow)
    wanted = (samples.c.probe_id == row.id, samples.c.suspect.not_in(suspicions.FUTURE_PAIRS))
    spans = [_span(session, samples.c.at_ms, wanted)]
    names = list(_PAIR) if spans[0] else []
    readings = table_of(ReadingRow).c
    for quantity, series_id in sorted(list_series(session, row.id).items()):
        of_series = (readings.series_id == series_id, readings.suspect != suspicions.FUTURE)
        spans.append(_span(session, readings.at_ms, of_series))
        names.append(quantity)
    hours = table_of(HourRow).c
    rolled = _span(session, hours.hour, (hours.probe_id == row.id,))
    if rolled is not None:
        spans.append((rolled[0] * HOUR_S * 1000, rolled[0] * HOUR_S * 1000))
    known = [span for span in spans if span is not None]
    return ProbeSeries(
        probe=row.device,
        quantities=tuple(names),
        first_at=_at(min((first for first, _ in known), default=None)),
        last_at=_at(max((last for _, last in known), default=None)),
    )


def _span(
    session: ReadSession, column: ColumnElement[int], wanted: Iterable[ColumnElement[bool]]
) -> tuple[int, int] | None:
    """Return the first and last of a column: two looks into its index, not a walk over all."""
    conditions = tuple(wanted)
    ends = [
        session.execute(select(column).where(*conditions).order_by(order).limit(1)).scalar()
        for order in (column, column.desc())
    ]
    first, last = ends
    return None if first is None or last is None else (first, last)


def _at(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC)


def _raw(
    session: ReadSession, probe_id: int, quantity: str, start: datetime, end: datetime
) -> Iterator[tuple[int, float, int]]:
    """Give (ms, value as measured, code) of one quantity in order of time."""
    if quantity in _PAIR:
        yield from _raw_of_pair(session, probe_id, quantity, start, end)
        return
    series_id = list_series(session, probe_id).get(quantity)
    if series_id is None:
        return
    table = table_of(ReadingRow)
    query = (
        select(table.c.at_ms, table.c.value, table.c.suspect)
        .where(*_within(table, series_id, start, end))
        .order_by(table.c.at_ms)
    )
    for row in session.execute(query).yield_per(5000):
        yield row[0], row[1], row[2]


def _raw_of_pair(
    session: ReadSession, probe_id: int, quantity: str, start: datetime, end: datetime
) -> Iterator[tuple[int, float, int]]:
    table = table_of(SampleRow)
    place = _PAIR.index(quantity)
    value_of = (table.c.temperature_centi_c, table.c.humidity_centi_pct)[place]
    query = (
        select(table.c.at_ms, value_of, table.c.suspect)
        .where(*_within(table, probe_id, start, end), value_of.is_not(None))
        .order_by(table.c.at_ms)
    )
    for at_ms, value, packed in session.execute(query).yield_per(5000):
        yield at_ms, value / _CENTI, suspicions.unpack_pair(packed)[place]


def _within(
    table: Table, number: int, start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ...]:
    number_of = next(iter(table.primary_key.columns))
    return (
        number_of == number,
        table.c.at_ms >= round(start.timestamp() * 1000),
        table.c.at_ms < round(end.timestamp() * 1000),
    )


def _last_pair(
    session: ReadSession, probe_id: int, until_ms: int | None
) -> tuple[int, int | None, int | None, int] | None:
    columns = table_of(SampleRow).c
    query = (
        select(
            columns.at_ms, columns.temperature_centi_c, columns.humidity_centi_pct, columns.suspect
        )
        .where(
            columns.probe_id == probe_id,
            columns.suspect.not_in(suspicions.FUTURE_PAIRS),
            *_up_to(columns.at_ms, until_ms),
        )
        .order_by(columns.at_ms.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1], row[2], row[3])


def _last_reading(
    session: ReadSession, series_id: int, until_ms: int | None
) -> tuple[int, float, int] | None:
    columns = table_of(ReadingRow).c
    query = (
        select(columns.at_ms, columns.value, columns.suspect)
        .where(
            columns.series_id == series_id,
            columns.suspect != suspicions.FUTURE,
            *_up_to(columns.at_ms, until_ms),
        )
        .order_by(columns.at_ms.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def _up_to(at_ms: ColumnElement[int], until_ms: int | None) -> list[ColumnElement[bool]]:
    return [] if until_ms is None else [at_ms <= until_ms]


def _values_of_pair(
    row: tuple[int, int | None, int | None, int],
) -> Mapping[str, tuple[float, int]]:
    _, t, rh, packed = row
    codes = suspicions.unpack_pair(packed)
    return {
        name: (value / _CENTI, code)
        for name, value, code in zip(_PAIR, (t, rh), codes, strict=True)
        if value is not None
    }


def _corrections(session: ReadSession, probe_id: int) -> Corrections:
    row = session.get(ProbeRow, probe_id)
    return {} if row is None else parse_corrections(row.calibrations)
