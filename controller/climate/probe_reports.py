"""What a probe reported, moment by moment, as the judge takes it: live, in replay and at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter

from sqlalchemy import or_, select

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.conditions.model import Norms
from controller.climate.conditions.norms import LOOK_BACK_S, find_norms
from controller.climate.conditions.report import NO_SPANS, Report, Span
from controller.climate.series.figures import read_hours, read_quantity_hours
from controller.climate.series.points import read_pairs, read_points
from controller.climate.series.rows import find_probe, table_of, to_ms
from controller.climate.series.suspicions import SOUND
from controller.climate.series.tables import SampleRow
from controller.store.engine import ReadSession, Store

_PAIR = (TEMPERATURE, HUMIDITY)
_AHEAD = "future"


def read_reports(
    session: ReadSession,
    room: str,
    probe: str,
    quantities: Sequence[str],
    start: datetime,
    end: datetime,
) -> Iterator[Report]:
    """Read the reports from `start` to before `end` in order of their own times.

    Temperature and humidity are always among the quantities. Values that are suspect are left out;
    what was dated in time to come, when it came, is no report.
    """
    names = tuple(dict.fromkeys([*_PAIR, *quantities]))
    if names == _PAIR and not _has_odd(session, room, probe, start, end):
        for at_s, temperature_c, humidity_pct in read_pairs(session, room, probe, start, end):
            yield Report(at_s, {TEMPERATURE: temperature_c, HUMIDITY: humidity_pct})
        return
    streams = [_named(session, room, probe, name, start, end) for name in names]
    for at_s, found in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        said = list(found)
        values = {name: value for _, name, value in said if value is not None}
        yield Report(at_s, values, len(values) < len(said))


def read_hourly(
    session: ReadSession,
    room: str,
    probe: str,
    quantities: Sequence[str],
    start: datetime,
    end: datetime,
) -> list[Report]:
    """Read the means of the hours that begin from `start` to before `end`, as if reported then."""
    values: dict[float, dict[str, float]] = {}
    spans: dict[float, dict[str, Span]] = {}
    for hour in read_hours(session, room, probe, start, end):
        for name, mean, low, high, held_s in (
            (TEMPERATURE, hour.temperature_c, hour.t_min, hour.t_max, hour.t_s),
            (HUMIDITY, hour.humidity_pct, hour.rh_min, hour.rh_max, hour.rh_s),
        ):
            if mean is not None:
                values.setdefault(hour.start_s, {})[name] = mean
                if low is not None and high is not None:
                    spans.setdefault(hour.start_s, {})[name] = Span(low, high, held_s)
    for name in quantities:
        if name not in _PAIR:
            for figures in read_quantity_hours(session, room, probe, name, start, end):
                values.setdefault(figures.at * 3600.0, {})[name] = figures.mean
    return [Report(at_s, values[at_s], False, spans.get(at_s, NO_SPANS)) for at_s in sorted(values)]


def norms_before(store: Store, room: str, probe: str, before_s: float) -> Norms:
    """Work out what was usual at a probe before a moment."""
    end = datetime.fromtimestamp(before_s, UTC)
    start = end - timedelta(seconds=LOOK_BACK_S)
    with store.read() as session:
        hours = read_hours(session, room, probe, start, end)
    return find_norms(
        {
            TEMPERATURE: [
                (h.start_s, h.temperature_c) for h in hours if h.temperature_c is not None
            ],
            HUMIDITY: [(h.start_s, h.humidity_pct) for h in hours if h.humidity_pct is not None],
        },
        before_s,
    )


def _has_odd(session: ReadSession, room: str, probe: str, start: datetime, end: datetime) -> bool:
    """Say whether some moment lacks one of the pair, or has something suspect."""
    row = find_probe(session, room, probe)
    sample = table_of(SampleRow).c
    odd = or_(
        sample.suspect != SOUND,
        sample.temperature_centi_c.is_(None),
        sample.humidity_centi_pct.is_(None),
    )
    query = select(sample.at_ms).where(
        sample.probe_id == (row.id if row is not None else None),
        sample.at_ms >= to_ms(start),
        sample.at_ms < to_ms(end),
        odd,
    )
    return session.execute(query.limit(1)).first() is not None


def _named(
    session: ReadSession, room: str, probe: str, quantity: str, start: datetime, end: datetime
) -> Iterator[tuple[float, str, float | None]]:
    for point in read_points(session, room, probe, quantity, start, end, with_suspect=True):
        if point.suspect is None:
            yield point.at_s, quantity, point.value
        elif point.suspect != _AHEAD:
            yield point.at_s, quantity, None
