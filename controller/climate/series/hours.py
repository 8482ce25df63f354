"""Makes hours of a probe new from its readings, all its quantities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.calibration.rules import Corrections, correction_at, parse_corrections
from controller.climate.series.figures import MOULD_COLUMNS
from controller.climate.series.holding import HOUR_MS, Paces, PairReading, roll_pairs, roll_values
from controller.climate.series.model import Basis
from controller.climate.series.mould import follow_mould, note_changed
from controller.climate.series.rows import CENTI, list_series, load_paces, table_of
from controller.climate.series.suspicions import SOUND, unpack_pair
from controller.climate.series.tables import (
    DirtyHourRow,
    HourRow,
    ProbeRow,
    ReadingHourRow,
    ReadingRow,
    SampleRow,
)
from controller.store.engine import ReadSession, WriteSession


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
        temperature = None if t is None or t_code else t / CENTI
        humidity = None if rh is None or rh_code else rh / CENTI
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
