"""Stores what probes and loggers measured: once, in any order, as measured, apart if suspect.

Late, repeated and out-of-order readings only mark hours dirty; roll_up makes them new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import isfinite
from statistics import median
from typing import Final

from sqlalchemy import select

from config.quantities import quantities
from controller.climate.metrics.held import LONGEST_INTERVALS
from controller.climate.series import suspicions
from controller.climate.series.ahead import doubt_ahead
from controller.climate.series.holding import HOUR_MS, USUAL_INTERVAL_S
from controller.climate.series.latest import latest_of
from controller.climate.series.rows import (
    ensure_probe,
    mark_dirty,
    note_pace,
    table_of,
    to_ms,
    to_ms_span,
    write_new,
)
from controller.climate.series.storing import Values, store
from controller.climate.series.tables import HourRow, PaceRow, TelemetryInboxRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import Sample, Telemetry

FUTURE_AFTER: Final = timedelta(minutes=5)
"""A reading dated further ahead than this is of no known time; clocks differ by less."""

MOST_INTERVAL_S: Final = 86_400.0
"""Readings of a file that lie further apart hold as if they lay a day apart."""


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
    moments: dict[int, Values] = {}
    for sample in telemetry.samples:
        moments.setdefault(to_ms(sample.at), _judged(sample, too_late_ms))
    if now is not None and any(abs(at - at_ms) <= to_ms_span(FUTURE_AFTER) for at in moments):
        doubt_ahead(session, probe_id, at_ms + to_ms_span(FUTURE_AFTER))
    new = store(session, probe_id, moments)
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
    moments: dict[int, Values] = {}
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
    return len(store(session, probe_id, moments))


def find_received(session: ReadSession, agent: str, outbox: str) -> int | None:
    """Return the highest sequence number stored of an outbox; `None` before the first."""
    row = session.get(TelemetryInboxRow, (agent, outbox))
    return None if row is None else row.seq


def usual_interval_s(times_ms: Sequence[int]) -> float:
    """Say how far apart moments in order of time usually are."""
    steps = [later - earlier for earlier, later in pairwise(times_ms)]
    return median(steps) / 1000 if steps else USUAL_INTERVAL_S


def _judged(sample: Sample, too_late_ms: int | None) -> Values:
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
