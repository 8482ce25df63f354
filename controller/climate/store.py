"""Stores what the probes measured and reads it back: the latest, and series thinned for a chart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, insert
from sqlmodel import col, func, select

from controller.climate.model import ClimateSample, SeriesPoint
from controller.climate.rules import is_number, is_possible, thin
from controller.climate.tables import ProbeRow, SampleRow, TelemetryInboxRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import Sample, Telemetry

_CENTI = 100


def add_samples(session: WriteSession, agent: str, telemetry: Telemetry) -> list[LiveChange]:
    """Store a batch of an agent's samples and return what pages should redraw.

    A batch that comes twice changes nothing: a probe has one sample per moment. Batches may come
    out of order. The inbox row remembers the highest sequence number, which link acknowledges.
    """
    probe_id = _ensure_probe(session, agent, telemetry.device)
    by_moment = {_to_ms(sample.at): sample for sample in telemetry.samples if _is_pair(sample)}
    known = session.exec(
        select(SampleRow.at_ms).where(
            SampleRow.probe_id == probe_id, col(SampleRow.at_ms).in_(by_moment)
        )
    )
    for moment in known.all():
        del by_moment[moment]
    _note_received(session, agent, telemetry)
    if not by_moment:
        return []
    rows = [_values(probe_id, at_ms, sample) for at_ms, sample in sorted(by_moment.items())]
    session.connection().execute(insert(SampleRow), rows)
    return _newest_as_change(session, agent, telemetry.device, max(by_moment))


def find_received(session: ReadSession, agent: str, outbox: str) -> int | None:
    """Return the highest sequence number stored of an outbox; `None` before the first."""
    row = session.get(TelemetryInboxRow, (agent, outbox))
    return None if row is None else row.seq


def latest(session: ReadSession, agent: str) -> dict[str, ClimateSample]:
    """Return the last sample of each probe of an agent that ever reported."""
    probes = session.exec(select(ProbeRow).where(ProbeRow.agent == agent))
    found = {probe.device: _latest_of(session, probe.id) for probe in probes.all()}
    return {device: sample for device, sample in found.items() if sample is not None}


def read_series(
    session: ReadSession,
    agent: str,
    device: str,
    *,
    start: datetime,
    end: datetime,
    points: int,
) -> list[SeriesPoint]:
    """Read what a probe measured from `start` to before `end`, thinned to at most `points`."""
    probe = _find_probe(session, agent, device)
    if probe is None:
        return []
    wanted = _sound(probe.id, start, end)
    count, first_ms, last_ms = session.exec(
        select(func.count(), func.min(SampleRow.at_ms), func.max(SampleRow.at_ms)).where(*wanted)
    ).one()
    samples = _walk(session, wanted)
    if count <= points:
        return list(samples)
    return thin(samples, from_s=first_ms / 1000, to_s=last_ms / 1000, points=points)


def _sound(probe_id: int | None, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    """What to ask for to get the samples of a period that can be true."""
    return (
        col(SampleRow.probe_id) == probe_id,
        col(SampleRow.at_ms) >= _to_ms(start),
        col(SampleRow.at_ms) < _to_ms(end),
        col(SampleRow.suspect).is_(False),
    )


def _walk(session: ReadSession, wanted: tuple[ColumnElement[bool], ...]) -> Iterator[SeriesPoint]:
    query = (
        select(SampleRow.at_ms, SampleRow.temperature_centi_c, SampleRow.humidity_centi_pct)
        .where(*wanted)
        .order_by(col(SampleRow.at_ms))
    )
    for at_ms, temperature, humidity in session.exec(query).yield_per(5000):
        yield SeriesPoint(at_ms / 1000, temperature / _CENTI, humidity / _CENTI)


def _latest_of(session: ReadSession, probe_id: int | None) -> ClimateSample | None:
    row = session.exec(
        select(SampleRow)
        .where(SampleRow.probe_id == probe_id)
        .order_by(col(SampleRow.at_ms).desc())
        .limit(1)
    ).first()
    return None if row is None else _sample(row)


def _newest_as_change(
    session: ReadSession, agent: str, device: str, newest_ms: int
) -> list[LiveChange]:
    """Late samples fill gaps of the past, so they redraw nothing."""
    sample = latest(session, agent)[device]
    if _to_ms(sample.at) != newest_ms:
        return []
    body = {
        "room": agent,
        "probe": device,
        "temperature_c": sample.temperature_c,
        "humidity_pct": sample.humidity_pct,
        "at": sample.at,
    }
    return [LiveChange(kind="climate", key=f"{agent}/{device}", body=body)]


def _ensure_probe(session: WriteSession, agent: str, device: str) -> int:
    probe = _find_probe(session, agent, device)
    if probe is None:
        probe = ProbeRow(agent=agent, device=device)
        session.add(probe)
        session.flush()
    assert probe.id is not None
    return probe.id


def _find_probe(session: ReadSession, agent: str, device: str) -> ProbeRow | None:
    query = select(ProbeRow).where(ProbeRow.agent == agent, ProbeRow.device == device)
    return session.exec(query).first()


def _note_received(session: WriteSession, agent: str, telemetry: Telemetry) -> None:
    row = session.get(TelemetryInboxRow, (agent, telemetry.outbox))
    if row is None:
        row = TelemetryInboxRow(agent=agent, outbox=telemetry.outbox, seq=telemetry.seq)
    row.seq = max(row.seq, telemetry.seq)
    session.add(row)
    session.flush()


def _values(probe_id: int, at_ms: int, sample: Sample) -> dict[str, object]:
    return {
        "probe_id": probe_id,
        "at_ms": at_ms,
        "temperature_centi_c": round((sample.temperature_c or 0.0) * _CENTI),
        "humidity_centi_pct": round((sample.humidity_pct or 0.0) * _CENTI),
        "suspect": not is_possible(sample.temperature_c or 0.0, sample.humidity_pct or 0.0),
    }


def _is_pair(sample: Sample) -> bool:
    if sample.temperature_c is None or sample.humidity_pct is None:
        return False
    return is_number(sample.temperature_c, sample.humidity_pct)


def _sample(row: SampleRow) -> ClimateSample:
    return ClimateSample(
        at=datetime.fromtimestamp(row.at_ms / 1000, UTC),
        temperature_c=row.temperature_centi_c / _CENTI,
        humidity_pct=row.humidity_centi_pct / _CENTI,
        suspect=row.suspect,
    )


def _to_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
