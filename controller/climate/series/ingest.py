"""Stores what probes and loggers measured: once, in any order, as measured, apart if suspect.

Late, repeated and out-of-order readings only mark hours dirty; roll_up makes them new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import isfinite
from statistics import median
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, select, update

from config.quantities import HUMIDITY, TEMPERATURE, quantities
from controller.climate.metrics.held import LONGEST_INTERVALS
from controller.climate.series import suspicions
from controller.climate.series.ahead import doubt_ahead
from controller.climate.series.holding import HOUR_MS, USUAL_INTERVAL_S
from controller.climate.series.reading import latest_of
from controller.climate.series.rows import (
    ensure_probe,
    ensure_series,
    load_paces,
    mark_dirty,
    note_pace,
    table_of,
    touched_hours,
    write_new,
)
from controller.climate.series.tables import (
    HourRow,
    PaceRow,
    ReadingRow,
    SampleRow,
    TelemetryInboxRow,
)
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import Sample, Telemetry

FUTURE_AFTER: Final = timedelta(minutes=5)
"""A reading dated further ahead than this is of no known time; clocks differ by less."""
EARLIEST_MS: Final = round(datetime(1970, 1, 2, tzinfo=UTC).timestamp() * 1000)

MOST_INTERVAL_S: Final = 86_400.0
"""Readings of a file that lie further apart hold as if they lay a day apart."""

_CENTI = 100
_ONE_BY_ONE = 500
"""Up to so many moments are looked up one by one; their span may be years of readings."""
_MOST = 2**31 - 1

_Values = Mapping[str, tuple[float, int]]
"""By quantity: value, and the code of what makes it suspect."""


def add_samples(
    session: WriteSession,
    agent: str,
    telemetry: Telemetry,
    *,
    now: datetime | None = None,
    interval_s: float | None = None,
) -> list[LiveChange]:
    """Store a batch of an agent's samples and return what pages should redraw.

    A batch that comes twice changes nothing: a probe has one value per quantity and moment.
    Batches may come out of order. The inbox row remembers the highest sequence number, which link
    acknowledges. `interval_s` is how often the room file lets the probe report; what is dated
    later than `now` is kept apart for ever, and so is what was stored before its time has come.
    """
    probe_id = ensure_probe(session, agent, telemetry.device)
    at_ms = to_ms(now or max(sample.at for sample in telemetry.samples))
    if interval_s is not None:
        note_pace(session, probe_id, interval_s, at_ms=at_ms)
    too_late_ms = at_ms + to_ms_span(FUTURE_AFTER) if now else None
    moments: dict[int, _Values] = {}
    for sample in telemetry.samples:
        moments.setdefault(to_ms(sample.at), _judged(sample, too_late_ms))
    if now is not None and any(abs(at - at_ms) <= to_ms_span(FUTURE_AFTER) for at in moments):
        doubt_ahead(session, probe_id, at_ms + to_ms_span(FUTURE_AFTER))
    new = _store(session, probe_id, moments)
    _note_received(session, agent, telemetry)
    return _newest_as_change(session, agent, telemetry.device, probe_id, new, now)


def add_imported(
    session: WriteSession,
    room: str,
    probe: str,
    points: Iterable[tuple[datetime, Mapping[str, float]]],
    source: str,
    *,
    interval_s: float | None = None,
    now: datetime | None = None,
) -> int:
    """Store what a logger measured and return how many moments were new.

    Saying it again changes nothing, and what a probe or an earlier file said of a moment stays.
    Give up to some 20,000 points at once, each a moment and values by quantity, and with parts of
    a file the interval of the whole; unset, it is the usual distance of these points. `source`
    names the file for whoever asks later.
    """
    too_late_ms = to_ms(now) + to_ms_span(FUTURE_AFTER) if now else None
    moments: dict[int, _Values] = {}
    for at, values in points:
        sample = Sample.model_construct(at=at, others=dict(values), suspect={})
        moments.setdefault(to_ms(at), _judged(sample, too_late_ms))
    if not moments:
        return 0
    probe_id = ensure_probe(session, room, probe)
    times = sorted(moments)
    interval = min(interval_s or usual_interval_s(times), MOST_INTERVAL_S)
    row = {
        "probe_id": probe_id,
        "from_ms": times[0],
        "until_ms": times[-1],
        "interval_s": interval,
        "source": source,
    }
    write_new(session, table_of(PaceRow), [row])
    _mark_rolled(session, probe_id, times[0], times[-1], interval)
    return len(_store(session, probe_id, moments))


def find_received(session: ReadSession, agent: str, outbox: str) -> int | None:
    """Return the highest sequence number stored of an outbox; `None` before the first."""
    row = session.get(TelemetryInboxRow, (agent, outbox))
    return None if row is None else row.seq


def usual_interval_s(times_ms: Sequence[int]) -> float:
    """Say how far apart moments in order of time usually are."""
    steps = [later - earlier for earlier, later in pairwise(times_ms)]
    return median(steps) / 1000 if steps else USUAL_INTERVAL_S


def to_ms(moment: datetime) -> int:
    """Give a moment in milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def to_ms_span(span: timedelta) -> int:
    """Give a time span in milliseconds."""
    return round(span.total_seconds() * 1000)


def _judged(sample: Sample, too_late_ms: int | None) -> _Values:
    """Give each value that is a number the code of what makes it suspect."""
    is_late = too_late_ms is not None and to_ms(sample.at) > too_late_ms
    judged = {}
    for name, value in sample.values().items():
        if not isfinite(value):
            continue
        known = quantities().get(name)
        if is_late:
            code = suspicions.FUTURE
        elif name in sample.suspect:
            code = suspicions.CODES[sample.suspect[name]]
        elif known is not None and not known.can_be(value):
            code = suspicions.CODES["implausible"]
        else:
            code = suspicions.SOUND
        judged[name] = (value, code)
    return judged


def _store(session: WriteSession, probe_id: int, moments: Mapping[int, _Values]) -> set[int]:
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
    session: WriteSession, probe_id: int, moments: Mapping[int, _Values]
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


_Pair = tuple[int | None, int | None, int, int]
"""Hundredths of °C and of %, and a code for each."""


def _pair(values: _Values) -> _Pair:
    temperature, t_code = values.get(TEMPERATURE, (None, 0))
    humidity, rh_code = values.get(HUMIDITY, (None, 0))
    return _centi(temperature), _centi(humidity), t_code, rh_code


def _centi(value: float | None) -> int | None:
    return None if value is None else max(-_MOST, min(_MOST, round(value * _CENTI)))


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


def _mark_rolled(
    session: WriteSession, probe_id: int, from_ms: int, until_ms: int, interval_s: float
) -> None:
    """Mark the hours that change since readings among them hold longer, now that a file says so."""
    hours = table_of(HourRow).c
    longest_ms = round(LONGEST_INTERVALS * interval_s * 1000)
    query = select(hours.hour).where(
        hours.probe_id == probe_id, hours.hour.between(from_ms // HOUR_MS, until_ms // HOUR_MS)
    )
    found = session.execute(query).scalars()
    further = range(longest_ms // HOUR_MS + 2)
    mark_dirty(session, probe_id, (hour + more for hour in found for more in further))


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


def _newest_as_change(
    session: ReadSession,
    agent: str,
    device: str,
    probe_id: int,
    new: set[int],
    now: datetime | None,
) -> list[LiveChange]:
    """Late samples fill gaps of the past, so they redraw nothing."""
    if not new:
        return []
    until = None if now is None else now + FUTURE_AFTER
    measured = latest_of(session, probe_id, until=until)
    if measured is None or to_ms(measured.at) not in new:
        return []
    body = {
        "room": agent,
        "probe": device,
        "temperature_c": measured.temperature_c,
        "humidity_pct": measured.humidity_pct,
        "at": measured.at,
        "values": dict(measured.values),
        "suspect": dict(measured.suspect),
    }
    return [LiveChange(kind="climate", key=f"{agent}/{device}", body=body)]


def _note_received(session: WriteSession, agent: str, telemetry: Telemetry) -> None:
    row = session.get(TelemetryInboxRow, (agent, telemetry.outbox))
    if row is None:
        row = TelemetryInboxRow(agent=agent, outbox=telemetry.outbox, seq=telemetry.seq)
    row.seq = max(row.seq, telemetry.seq)
    session.add(row)
    session.flush()
