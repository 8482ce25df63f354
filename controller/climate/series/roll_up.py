"""Keeps hours and days true to the readings: rolls up anew whatever changed, a few hours at a time.

What has to be done stands in the database (dirty hours, from where mould is to be followed, which
calibrations and which zone were used), and each part is done and ticked off in one transaction. So
a restart goes on where it was, and it does not matter in which order readings came.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlmodel import col
from sqlmodel import select as select_rows

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.calibration.rules import Corrections, correction_at, parse_corrections
from controller.climate.series import days, recalibration
from controller.climate.series.holding import HOUR_MS, Paces, PairReading, roll_pairs, roll_values
from controller.climate.series.model import Basis
from controller.climate.series.mould import follow_mould, note_changed
from controller.climate.series.reading import MOULD_COLUMNS
from controller.climate.series.rows import find_probe, list_series, load_paces, table_of
from controller.climate.series.suspicions import SOUND, unpack_pair
from controller.climate.series.tables import (
    DirtyHourRow,
    HourRow,
    ProbeRow,
    ReadingHourRow,
    ReadingRow,
    SampleRow,
)
from controller.context import Context
from controller.store.engine import ReadSession, WriteSession

LOOK_EVERY_S: Final = 3.0
REST: Final = 9
"""So many times as long as some hours took it rests, so that live pages never wait for roll-ups;
who reads a series or a figure has what it needs rolled up at once."""
HOURS_AT_ONCE: Final = 200
"""So many dirty hours one transaction takes."""

_CENTI = 100
_log = logging.getLogger(__name__)


class RollUp:
    """The one writer of hours and days while the process runs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self) -> None:
        """Roll up whatever is dirty, some hours at a time, until cancelled."""
        while True:
            began = self._context.clock.monotonic()
            did_some = False
            try:
                did_some = await asyncio.to_thread(settle_some, self._context)
            except Exception:
                _log.exception("hours could not be rolled up; it is tried again")
            rest_s = REST * (self._context.clock.monotonic() - began)
            await asyncio.sleep(rest_s if did_some else max(LOOK_EVERY_S, rest_s))


def settle(
    context: Context,
    room: str | None = None,
    probe: str | None = None,
    *,
    until: datetime | None = None,
) -> None:
    """Bring hours and days up to date: of everything, a room, or a probe.

    With `until` hours that begin later may wait. Nothing is written where nothing changed.
    """
    _take_over(context)
    before = None if until is None else round(until.timestamp() * 1000) // HOUR_MS + 1
    with context.telemetry.read() as session:
        wanted = _probes_to_settle(session, room, probe)
    if wanted == []:
        return
    while _settle_some(context, wanted, before):
        pass


def settle_some(context: Context) -> bool:
    """Bring some hours up to date, or the mould of a probe; say whether anything was to be done."""
    _take_over(context)
    return _settle_some(context, None, None)


def _take_over(context: Context) -> None:
    """Mark as dirty what another calibration or another zone of the site has made old."""
    recalibration.take_over(context)
    days.take_over_zone(context.telemetry, context.site.zone())


def _settle_some(context: Context, probes: Sequence[int] | None, before: int | None) -> bool:
    if _is_dirty(context, probes, before):
        with context.telemetry.write() as session:
            roll_some(session, context.site.zone(), probes=probes, before=before)
        return True
    with context.telemetry.read() as session:
        if not _to_follow(session, probes):
            return False
    with context.telemetry.write() as session:
        for row in _to_follow(session, probes)[:1]:
            follow_mould(session, row)
    return True


def roll_some(
    session: WriteSession,
    zone: ZoneInfo,
    *,
    probes: Sequence[int] | None = None,
    before: int | None = None,
    limit: int = HOURS_AT_ONCE,
) -> None:
    """Roll up the first dirty hours and tick them off; what is written is whole."""
    columns = table_of(DirtyHourRow).c
    query = select(columns.probe_id, columns.hour).where(*_dirty(probes, before))
    rows = session.execute(query.order_by(columns.probe_id, columns.hour).limit(limit)).all()
    for probe_id, several in groupby(rows, key=lambda row: row[0]):
        hours = [hour for _, hour in several]
        roll_hours(session, session.get_one(ProbeRow, probe_id), hours)
        days.roll_days(session, probe_id, hours, zone)


def roll_hours(session: WriteSession, probe: ProbeRow, hours: Sequence[int]) -> None:
    """Make some hours of a probe new, all its quantities, and tick them off."""
    assert probe.id is not None
    paces = load_paces(session, probe.id)
    corrections = parse_corrections(probe.calibrations)
    changed: list[int] = []
    for first, end in _runs(hours):
        changed += _roll_pair_hours(session, probe.id, paces, corrections, first, end)
        for quantity, series_id in list_series(session, probe.id).items():
            own = corrections.get(quantity, ())
            rows = [
                (at, correction_at(own, at).apply(value))
                for at, value in _values(session, series_id, paces, first, end)
            ]
            rolled = roll_values(rows, paces, first_hour=first, end_hour=end)
            _write_values(session, series_id, first, end, rolled)
    dirty = table_of(DirtyHourRow)
    for first, end in _runs(hours):
        ticked = (dirty.c.probe_id == probe.id, dirty.c.hour >= first, dirty.c.hour < end)
        session.execute(delete(dirty).where(*ticked))
    if changed:
        note_changed(probe, changed)
        follow_mould(session, probe)


def _roll_pair_hours(
    session: WriteSession,
    probe_id: int,
    paces: Paces,
    corrections: Corrections,
    first: int,
    end: int,
) -> list[int]:
    """Write the hours from the first to before the end; return those that are new or gone.

    Hours whose readings are gone stay as they are.
    """
    readings = _pairs(session, probe_id, paces, corrections, first, end)
    rolled = roll_pairs(readings, paces, first_hour=first, end_hour=end)
    table = table_of(HourRow)
    names = ("hour", "basis", *MOULD_COLUMNS)
    old = {
        hour: (basis, states)
        for hour, basis, *states in session.execute(
            select(*(table.c[name] for name in names)).where(
                table.c.probe_id == probe_id, table.c.hour >= first, table.c.hour < end
            )
        )
    }
    kept = {hour for hour, (basis, _) in old.items() if basis != Basis.RAW}
    replaced = [table.c.hour >= first, table.c.hour < end, table.c.basis == int(Basis.RAW)]
    session.execute(delete(table).where(table.c.probe_id == probe_id, *replaced))
    clean = (0, [0.0] * len(MOULD_COLUMNS))
    rows = [
        {
            "probe_id": probe_id,
            "hour": hour,
            **figures.values(),
            **dict(zip(MOULD_COLUMNS, old.get(hour, clean)[1], strict=True)),
        }
        for hour, figures in rolled.items()
        if hour not in kept
    ]
    if rows:
        session.connection().execute(table.insert(), rows)
    return sorted(({*rolled} | {*old}) - kept)


def _pairs(
    session: ReadSession,
    probe_id: int,
    paces: Paces,
    corrections: Corrections,
    first: int,
    end: int,
) -> list[PairReading]:
    """Read the sound readings that can hold in some hours, calibrated."""
    columns = table_of(SampleRow).c
    query = (
        select(
            columns.at_ms, columns.temperature_centi_c, columns.humidity_centi_pct, columns.suspect
        )
        .where(
            columns.probe_id == probe_id,
            columns.at_ms > first * HOUR_MS - paces.furthest_ms(),
            columns.at_ms < end * HOUR_MS,
        )
        .order_by(columns.at_ms)
    )
    warm, damp = corrections.get(TEMPERATURE, ()), corrections.get(HUMIDITY, ())
    found: list[PairReading] = []
    for at, t, rh, suspect in session.execute(query):
        t_code, rh_code = (SOUND, SOUND) if suspect == SOUND else unpack_pair(suspect)
        temperature = None if t is None or t_code else t / _CENTI
        humidity = None if rh is None or rh_code else rh / _CENTI
        if warm and temperature is not None:
            temperature = correction_at(warm, at).apply(temperature)
        if damp and humidity is not None:
            humidity = correction_at(damp, at).apply(humidity)
        if temperature is not None or humidity is not None:
            found.append((at, temperature, humidity))
    return found


def _values(
    session: ReadSession, series_id: int, paces: Paces, first: int, end: int
) -> Iterable[tuple[int, float]]:
    columns = table_of(ReadingRow).c
    query = (
        select(columns.at_ms, columns.value)
        .where(
            columns.series_id == series_id,
            columns.at_ms > first * HOUR_MS - paces.furthest_ms(),
            columns.at_ms < end * HOUR_MS,
            columns.suspect == SOUND,
        )
        .order_by(columns.at_ms)
    )
    return [(at, value) for at, value in session.execute(query)]


def _write_values(
    session: WriteSession, series_id: int, first: int, end: int, rolled: Mapping[int, Any]
) -> None:
    table = table_of(ReadingHourRow)
    here = (table.c.series_id == series_id, table.c.hour >= first, table.c.hour < end)
    session.execute(delete(table).where(*here, table.c.basis == int(Basis.RAW)))
    kept = set(session.execute(select(table.c.hour).where(*here)).scalars())
    rows = [
        {
            "series_id": series_id,
            "hour": hour,
            "n": channel.n,
            "seconds": channel.seconds,
            "sum": channel.total,
            "min": channel.low,
            "max": channel.high,
            "basis": int(Basis.RAW),
        }
        for hour, channel in rolled.items()
        if hour not in kept
    ]
    if rows:
        session.connection().execute(table.insert(), rows)


def _runs(hours: Sequence[int]) -> list[tuple[int, int]]:
    """Put hours in rising order together into (first, end) where they follow each other."""
    runs: list[tuple[int, int]] = []
    for hour in hours:
        if runs and runs[-1][1] == hour:
            runs[-1] = (runs[-1][0], hour + 1)
        else:
            runs.append((hour, hour + 1))
    return runs


def _probes_to_settle(
    session: ReadSession, room: str | None, device: str | None
) -> list[int] | None:
    """Return the numbers of the probes that are meant; `None` for all."""
    if room is None:
        return None
    if device is not None:
        row = find_probe(session, room, device)
        return [] if row is None or row.id is None else [row.id]
    rows = session.exec(select_rows(ProbeRow).where(ProbeRow.agent == room)).all()
    return [row.id for row in rows if row.id is not None]


def _dirty(probes: Sequence[int] | None, before: int | None) -> list[Any]:
    columns = table_of(DirtyHourRow).c
    conditions: list[Any] = [] if probes is None else [columns.probe_id.in_(probes)]
    return conditions if before is None else [*conditions, columns.hour < before]


def _is_dirty(context: Context, probes: Sequence[int] | None, before: int | None) -> bool:
    columns = table_of(DirtyHourRow).c
    with context.telemetry.read() as session:
        query = select(columns.hour).where(*_dirty(probes, before)).limit(1)
        return session.execute(query).first() is not None


def _to_follow(session: ReadSession, probes: Sequence[int] | None) -> Sequence[ProbeRow]:
    query = select_rows(ProbeRow).where(col(ProbeRow.mould_from).is_not(None))
    if probes is not None:
        query = query.where(col(ProbeRow.id).in_(probes))
    return session.exec(query.order_by(col(ProbeRow.id))).all()


def count_dirty(session: ReadSession) -> int:
    """Count the hours that wait to be rolled up."""
    query = select(func.count()).select_from(table_of(DirtyHourRow))
    return int(session.execute(query).scalar_one())
