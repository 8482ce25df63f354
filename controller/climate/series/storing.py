"""Puts judged values into rows: what is new, each moment once; what was known of one stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, select, update

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.series import suspicions
from controller.climate.series.rows import (
    CENTI,
    ensure_series,
    load_paces,
    mark_dirty,
    table_of,
    touched_hours,
)
from controller.climate.series.tables import ReadingRow, SampleRow
from controller.store.engine import ReadSession, WriteSession

EARLIEST_MS: Final = round(datetime(1970, 1, 2, tzinfo=UTC).timestamp() * 1000)
"""What is dated before this has no date."""

_ONE_BY_ONE = 500
"""Up to so many moments are looked up one by one; their span may be years of readings."""
_MOST = 2**31 - 1

Values = Mapping[str, tuple[float, int]]
"""By quantity: value, and the code of what makes it suspect."""
_Pair = tuple[int | None, int | None, int, int]
"""Hundredths of °C and of %, and a code for each."""


def store(session: WriteSession, probe_id: int, moments: Mapping[int, Values]) -> set[int]:
    """Store what is new, mark the hours it changes, and return the new moments."""
    kept = {at: values for at, values in moments.items() if values and at >= EARLIEST_MS}
    if not kept:
        return set()
    new, sound = _store_pairs(session, probe_id, kept)
    others = {name for values in kept.values() for name in values} - {TEMPERATURE, HUMIDITY}
    for name in sorted(others):
        series_id = ensure_series(session, probe_id, name)
        rows = {at: values[name] for at, values in kept.items() if name in values}
        fresh = _store_readings(session, series_id, rows)
        new |= fresh
        sound |= {at for at in fresh if rows[at][1] == suspicions.SOUND}
    mark_dirty(session, probe_id, touched_hours(load_paces(session, probe_id), sound))
    return new


def _store_pairs(
    session: WriteSession, probe_id: int, moments: Mapping[int, Values]
) -> tuple[set[int], set[int]]:
    """Store temperature and humidity; return the moments that are new and those new and sound."""
    wanted = {
        at: _pair(values)
        for at, values in moments.items()
        if TEMPERATURE in values or HUMIDITY in values
    }
    if not wanted:
        return set(), set()
    known = _known_pairs(session, probe_id, wanted)
    rows: list[dict[str, Any]] = []
    filled: list[dict[str, Any]] = []
    for at, pair in sorted(wanted.items()):
        merged = pair if at not in known else _merged(known[at], pair)
        if merged == known.get(at):
            continue
        (rows if at not in known else filled).append(_pair_row(probe_id, at, merged))
    samples = table_of(SampleRow)
    if rows:
        session.connection().execute(samples.insert(), rows)
    if filled:
        _fill(session, filled)
    new = {row["at_ms"] for row in (*rows, *filled)}
    return new, {at for at in new if _has_sound(wanted[at])}


def _pair(values: Values) -> _Pair:
    temperature, t_code = values.get(TEMPERATURE, (None, 0))
    humidity, rh_code = values.get(HUMIDITY, (None, 0))
    return _centi(temperature), _centi(humidity), t_code, rh_code


def _centi(value: float | None) -> int | None:
    return None if value is None else max(-_MOST, min(_MOST, round(value * CENTI)))


def _merged(known: _Pair, more: _Pair) -> _Pair:
    """Fill in what was not known of a moment; what was stays."""
    t, t_code = (more[0], more[2]) if known[0] is None else (known[0], known[2])
    rh, rh_code = (more[1], more[3]) if known[1] is None else (known[1], known[3])
    return t, rh, t_code, rh_code


def _has_sound(pair: _Pair) -> bool:
    t, rh, t_code, rh_code = pair
    return (t is not None and not t_code) or (rh is not None and not rh_code)


def _pair_row(probe_id: int, at_ms: int, pair: _Pair) -> dict[str, Any]:
    return {
        "probe_id": probe_id,
        "at_ms": at_ms,
        "temperature_centi_c": pair[0],
        "humidity_centi_pct": pair[1],
        "suspect": suspicions.pack_pair(pair[2], pair[3]),
    }


def _known_pairs(
    session: ReadSession, probe_id: int, moments: Mapping[int, object]
) -> dict[int, _Pair]:
    samples = table_of(SampleRow)
    columns = samples.c
    query = select(
        columns.at_ms, columns.temperature_centi_c, columns.humidity_centi_pct, columns.suspect
    ).where(columns.probe_id == probe_id, _among(columns.at_ms, moments))
    return {
        at: (t, rh, *suspicions.unpack_pair(suspect))
        for at, t, rh, suspect in session.execute(query)
        if at in moments
    }


def _among(at_ms: ColumnElement[int], moments: Mapping[int, object]) -> ColumnElement[bool]:
    """Look up moments, and with many of them perhaps some between."""
    if len(moments) <= _ONE_BY_ONE:
        return at_ms.in_(moments)
    return at_ms.between(min(moments), max(moments))


def _fill(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> None:
    samples = table_of(SampleRow)
    columns = samples.c
    statement = (
        update(samples)
        .where(columns.probe_id == bindparam("of"), columns.at_ms == bindparam("at"))
        .values(
            temperature_centi_c=bindparam("t"),
            humidity_centi_pct=bindparam("rh"),
            suspect=bindparam("code"),
        )
    )
    values = [
        {
            "of": row["probe_id"],
            "at": row["at_ms"],
            "t": row["temperature_centi_c"],
            "rh": row["humidity_centi_pct"],
            "code": row["suspect"],
        }
        for row in rows
    ]
    session.connection().execute(statement, values)


def _store_readings(
    session: WriteSession, series_id: int, values: Mapping[int, tuple[float, int]]
) -> set[int]:
    readings = table_of(ReadingRow)
    query = select(readings.c.at_ms).where(
        readings.c.series_id == series_id,
        _among(readings.c.at_ms, values),
    )
    new = set(values) - set(session.execute(query).scalars())
    rows = [
        {"series_id": series_id, "at_ms": at, "value": values[at][0], "suspect": values[at][1]}
        for at in sorted(new)
    ]
    if rows:
        session.connection().execute(readings.insert(), rows)
    return new
