"""Lets go of raw readings after their time; hours and days stay for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, select, update

from controller.climate.series.holding import HOUR_MS
from controller.climate.series.model import Basis
from controller.climate.series.roll_up import settle
from controller.climate.series.rows import list_series, load_paces, table_of
from controller.climate.series.tables import (
    DirtyHourRow,
    HourRow,
    ProbeRow,
    ReadingHourRow,
    ReadingRow,
    SampleRow,
)
from controller.context import Context
from controller.store.engine import WriteSession

RAW_KEPT: Final = timedelta(days=400)
BATCH: Final = 5000
"""So many readings one transaction lets go, so that nobody else waits long."""


def let_raw_go(context: Context) -> int:
    """Delete raw readings older than 400 days, whole hours of them; return how many.

    What they were is rolled up before, and their hours know that nothing can be added any more.
    """
    settle(context)
    before = hour_before(context.clock.now())
    gone = 0
    for probe_id, raw, rolled, number in _stretches(context):
        while True:
            with context.telemetry.write() as session:
                deleted = _let_some_go(session, probe_id, raw, rolled, number, before)
            if deleted == 0:
                break
            gone += deleted
    return gone


def _stretches(context: Context) -> list[tuple[int, Table, Table, int]]:
    """List probe, table of readings, table of hours, and the number in both, of all there is."""
    pairs = table_of(SampleRow), table_of(HourRow)
    singles = table_of(ReadingRow), table_of(ReadingHourRow)
    found: list[tuple[int, Table, Table, int]] = []
    with context.telemetry.read() as session:
        for probe_id in session.execute(select(table_of(ProbeRow).c.id)).scalars().all():
            found.append((probe_id, *pairs, probe_id))
            for series_id in list_series(session, probe_id).values():
                found.append((probe_id, *singles, series_id))
    return found


def hour_before(now: datetime) -> int:
    """Return the first hour whose raw readings are kept."""
    return round((now - RAW_KEPT).timestamp() * 1000) // HOUR_MS


def _let_some_go(
    session: WriteSession, probe_id: int, raw: Table, rolled: Table, number: int, before: int
) -> int:
    """Delete the oldest readings of a probe or series; none of an hour that is dirty, or later.

    Those stay that may still hold when the first hour begins that is kept, so that it can be made
    new to the last second.
    """
    end = _first_dirty(session, probe_id, before)
    limit_ms = end * HOUR_MS - load_paces(session, probe_id).furthest_ms()
    here = _first_column(raw) == number
    one_more = (
        select(raw.c.at_ms)
        .where(here, raw.c.at_ms < limit_ms)
        .order_by(raw.c.at_ms)
        .offset(BATCH)
        .limit(1)
    )
    edge_ms = session.execute(one_more).scalar()
    if edge_ms is not None:
        limit_ms = min(limit_ms, (int(edge_ms) // HOUR_MS + 1) * HOUR_MS)
        end = limit_ms // HOUR_MS
    old: Any = session.execute(delete(raw).where(here, raw.c.at_ms < limit_ms))
    if old.rowcount:
        session.execute(
            update(rolled)
            .where(
                _first_column(rolled) == number,
                rolled.c.hour < end,
                rolled.c.basis == int(Basis.RAW),
            )
            .values(basis=int(Basis.RAW_GONE))
        )
    return int(old.rowcount)


def _first_dirty(session: WriteSession, probe_id: int, before: int) -> int:
    dirty = table_of(DirtyHourRow).c
    query = (
        select(dirty.hour)
        .where(dirty.probe_id == probe_id, dirty.hour < before)
        .order_by(dirty.hour)
        .limit(1)
    )
    first = session.execute(query).scalar()
    return before if first is None else int(first)


def _first_column(table: Table) -> ColumnElement[int]:
    return next(iter(table.primary_key.columns))
