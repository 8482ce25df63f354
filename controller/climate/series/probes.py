"""Lists the probes that ever reported: what of, and from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel import select as select_rows

from controller.climate.series import suspicions
from controller.climate.series.model import HOUR_S, ProbeSeries
from controller.climate.series.rows import PAIR, list_series, table_of
from controller.climate.series.tables import HourRow, ProbeRow, ReadingRow, SampleRow
from controller.store.engine import ReadSession


def list_probes(session: ReadSession, room: str) -> list[ProbeSeries]:
    """List the probes of a room that ever reported, also those the room file no longer has."""
    query = select_rows(ProbeRow).where(ProbeRow.agent == room).order_by(col(ProbeRow.device))
    return [_probe_series(session, row) for row in session.exec(query).all()]


def _probe_series(session: ReadSession, row: ProbeRow) -> ProbeSeries:
    assert row.id is not None
    samples = table_of(SampleRow)
    wanted = (samples.c.probe_id == row.id, samples.c.suspect.not_in(suspicions.FUTURE_PAIRS))
    spans = [_span(session, samples.c.at_ms, wanted)]
    names = list(PAIR) if spans[0] else []
    readings = table_of(ReadingRow).c
    for quantity, series_id in sorted(list_series(session, row.id).items()):
        of_series = (readings.series_id == series_id, readings.suspect != suspicions.FUTURE)
        spans.append(_span(session, readings.at_ms, of_series))
        names.append(quantity)
    hours = table_of(HourRow).c
    rolled = _span(session, hours.hour, (hours.probe_id == row.id,))
    if rolled is not None:
        spans.append((rolled[0] * HOUR_S * 1000, rolled[0] * HOUR_S * 1000))
    known = [span for span in spans if span is not None]
    return ProbeSeries(
        probe=row.device,
        quantities=tuple(names),
        first_at=_at(min((first for first, _ in known), default=None)),
        last_at=_at(max((last for _, last in known), default=None)),
    )


def _span(
    session: ReadSession, column: ColumnElement[int], wanted: Iterable[ColumnElement[bool]]
) -> tuple[int, int] | None:
    """Return the first and last of a column: two looks into its index, not a walk over all."""
    conditions = tuple(wanted)
    ends = [
        session.execute(select(column).where(*conditions).order_by(order).limit(1)).scalar()
        for order in (column, column.desc())
    ]
    first, last = ends
    return None if first is None or last is None else (first, last)


def _at(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC)
