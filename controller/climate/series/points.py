"""Reads every kept reading of a period, calibrated, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Table, select

from controller.climate.calibration.rules import correction_at, parse_corrections
from controller.climate.series import suspicions
from controller.climate.series.model import Pair, Point
from controller.climate.series.rows import CENTI, PAIR, find_probe, list_series, table_of
from controller.climate.series.tables import ReadingRow, SampleRow
from controller.store.engine import ReadSession
from drivers.messages import Suspicion


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
    warm, damp = (corrections.get(quantity, ()) for quantity in PAIR)
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
            correction_at(warm, at_ms).apply(t / CENTI),
            correction_at(damp, at_ms).apply(rh / CENTI),
        )


def _raw(
    session: ReadSession, probe_id: int, quantity: str, start: datetime, end: datetime
) -> Iterator[tuple[int, float, int]]:
    """Give (ms, value as measured, code) of one quantity in order of time."""
    if quantity in PAIR:
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
    place = PAIR.index(quantity)
    value_of = (table.c.temperature_centi_c, table.c.humidity_centi_pct)[place]
    query = (
        select(table.c.at_ms, value_of, table.c.suspect)
        .where(*_within(table, probe_id, start, end), value_of.is_not(None))
        .order_by(table.c.at_ms)
    )
    for at_ms, value, packed in session.execute(query).yield_per(5000):
        yield at_ms, value / CENTI, suspicions.unpack_pair(packed)[place]


def _within(
    table: Table, number: int, start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ...]:
    number_of = next(iter(table.primary_key.columns))
    return (
        number_of == number,
        table.c.at_ms >= round(start.timestamp() * 1000),
        table.c.at_ms < round(end.timestamp() * 1000),
    )
