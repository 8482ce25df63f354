"""Rolls hours up into the days of the site's own calendar, of 23 to 25 hours.

An hour belongs to the day in which it begins; where a zone is not whole hours from UTC the day's
borders are up to 45 minutes off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, select

from controller.climate.series.model import EPOCH_DAY, HOUR_S
from controller.climate.series.rows import list_series, table_of
from controller.climate.series.tables import (
    DayRow,
    HourRow,
    ProbeRow,
    ReadingDayRow,
    ReadingHourRow,
    RollUpRow,
)
from controller.store.engine import ReadSession, Store, WriteSession

_ZONE = "zone"
_DAYS_AT_ONCE = 400

_SUMS = ("n", "t_s", "t_sum", "rh_s", "rh_sum", "pair_s", "ah_sum", "inv_pi", "inv_lm")
_PAIR_SUMS = (*_SUMS, "mould_dose")
_PAIR_LOWS, _PAIR_HIGHS = ("t_min", "rh_min"), ("t_max", "rh_max")


@lru_cache(maxsize=10_000)
def day_of(hour: int, zone: ZoneInfo) -> int:
    """Return the day in which an hour begins."""
    return datetime.fromtimestamp(hour * HOUR_S, zone).date().toordinal() - EPOCH_DAY


@lru_cache(maxsize=10_000)
def first_hour_of(day: int, zone: ZoneInfo) -> int:
    """Return the first hour that begins on a day."""
    began = datetime.combine(date.fromordinal(day + EPOCH_DAY), time(), zone)
    return -int(-began.timestamp() // HOUR_S)


def roll_days(session: WriteSession, probe_id: int, hours: Iterable[int], zone: ZoneInfo) -> None:
    """Make the days new in which some hours of a probe lie."""
    wanted = sorted({day_of(hour, zone) for hour in hours})
    table, hour_table = table_of(DayRow), table_of(HourRow)
    names = ("hour", *_PAIR_SUMS, *_PAIR_LOWS, *_PAIR_HIGHS, "basis")
    for days in _runs(wanted):
        rows = _hours_within(session, hour_table, probe_id, days, zone, names)
        summed = [
            {"probe_id": probe_id, "day": day, **_pair_day(of_day)}
            for day, of_day in _by_day(rows, zone).items()
        ]
        _replace(session, table, probe_id, days, summed)
    for series_id in list_series(session, probe_id).values():
        _roll_series(session, series_id, wanted, zone)


def take_over_zone(store: Store, zone: ZoneInfo) -> None:
    """Make all days new if the site's zone is not the one they were made in."""
    with store.read() as session:
        row = session.get(RollUpRow, _ZONE)
        if row is not None and row.value == zone.key:
            return
        probes = list(session.execute(select(table_of(ProbeRow).c.id)).scalars())
    for probe_id in probes:
        with store.write() as session:
            _roll_all(session, probe_id, zone)
    with store.write() as session:
        session.merge(RollUpRow(name=_ZONE, value=zone.key))


def _roll_all(session: WriteSession, probe_id: int, zone: ZoneInfo) -> None:
    days, hours = table_of(DayRow), table_of(HourRow)
    session.execute(delete(days).where(days.c.probe_id == probe_id))
    found = set(session.execute(select(hours.c.hour).where(hours.c.probe_id == probe_id)).scalars())
    single_days, single_hours = table_of(ReadingDayRow), table_of(ReadingHourRow)
    for series_id in list_series(session, probe_id).values():
        session.execute(delete(single_days).where(single_days.c.series_id == series_id))
        query = select(single_hours.c.hour).where(single_hours.c.series_id == series_id)
        found |= set(session.execute(query).scalars())
    roll_days(session, probe_id, found, zone)


def _roll_series(
    session: WriteSession, series_id: int, wanted: Sequence[int], zone: ZoneInfo
) -> None:
    names = ("hour", "n", "seconds", "sum", "min", "max", "basis")
    for days in _runs(wanted):
        rows = _hours_within(session, table_of(ReadingHourRow), series_id, days, zone, names)
        summed = [
            {"series_id": series_id, "day": day, **_added(of_day, ("n", "seconds", "sum"))}
            | _extremes(of_day, ("min",), ("max",))
            for day, of_day in _by_day(rows, zone).items()
        ]
        _replace(session, table_of(ReadingDayRow), series_id, days, summed)


def _hours_within(
    session: ReadSession,
    table: Table,
    number: int,
    days: tuple[int, int],
    zone: ZoneInfo,
    names: Sequence[str],
) -> list[Mapping[str, Any]]:
    """Read the hours of the days from the first to before the end."""
    first, end = (first_hour_of(day, zone) for day in days)
    number_of = next(iter(table.primary_key.columns))
    query = (
        select(*(table.c[name] for name in names))
        .where(number_of == number, table.c.hour >= first, table.c.hour < end)
        .order_by(table.c.hour)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def _by_day(
    rows: Iterable[Mapping[str, Any]], zone: ZoneInfo
) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(day_of(row["hour"], zone), []).append(row)
    return found


def _pair_day(hours: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return _added(hours, _PAIR_SUMS) | _extremes(hours, _PAIR_LOWS, _PAIR_HIGHS)


def _added(hours: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    added: dict[str, Any] = {name: sum(row[name] for row in hours) for name in names}
    return added | {"basis": max(row["basis"] for row in hours)}


def _extremes(
    hours: Sequence[Mapping[str, Any]], lows: Iterable[str], highs: Iterable[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for names, pick in ((lows, min), (highs, max)):
        for name in names:
            values = [row[name] for row in hours if row[name] is not None]
            found[name] = pick(values) if values else None
    return found


def _replace(
    session: WriteSession,
    table: Table,
    number: int,
    days: tuple[int, int],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    number_of = next(iter(table.primary_key.columns))
    here = (number_of == number, table.c.day >= days[0], table.c.day < days[1])
    session.execute(delete(table).where(*here))
    if rows:
        session.connection().execute(table.insert(), rows)


def _runs(days: Sequence[int]) -> list[tuple[int, int]]:
    """Put days together into (first, end) where they follow each other, not too many at once."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day and day - runs[-1][0] < _DAYS_AT_ONCE:
            runs[-1] = (runs[-1][0], day + 1)
        else:
            runs.append((day, day + 1))
    return runs
