"""Reads hours and days as roll_up left them; `roll_up.settle` brings them up to date before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from controller.climate.series.model import (
    EPOCH_DAY,
    HOUR_S,
    DayFigures,
    HourFigures,
    QuantityFigures,
)
from controller.climate.series.rows import find_probe, list_series, table_of
from controller.climate.series.tables import DayRow, HourRow, ReadingDayRow, ReadingHourRow
from controller.store.engine import ReadSession

MOULD_COLUMNS = tuple(
    f"{what}_{surface}" for surface in ("1999", "vs", "s", "mr", "r") for what in ("m", "dry")
)
"""In the order of metrics.vtt.SURFACES."""


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
