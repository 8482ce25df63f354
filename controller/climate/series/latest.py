"""Reads what probes said last, calibrated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import select as select_rows

from controller.climate.calibration.rules import Corrections, correction_at, parse_corrections
from controller.climate.series import suspicions
from controller.climate.series.model import Measured
from controller.climate.series.rows import CENTI, PAIR, list_series, table_of
from controller.climate.series.tables import ProbeRow, ReadingRow, SampleRow
from controller.store.engine import ReadSession


def latest(
    session: ReadSession, room: str, *, until: datetime | None = None
) -> dict[str, Measured]:
    """Return the last values of each probe of a room that ever reported, calibrated.

    Values that are suspect are among them, marked; what was dated in time to come when it came is
    not, nor what is dated after `until`.
    """
    rows = session.exec(select_rows(ProbeRow).where(ProbeRow.agent == room)).all()
    found = {
        row.device: latest_of(session, row.id, until=until) for row in rows if row.id is not None
    }
    return {device: measured for device, measured in found.items() if measured is not None}


def latest_of(
    session: ReadSession, probe_id: int, *, until: datetime | None = None
) -> Measured | None:
    """Return the last values of a probe: all that it said at the last moment it spoke."""
    until_ms = None if until is None else round(until.timestamp() * 1000)
    moments = [row for row in (_last_pair(session, probe_id, until_ms),) if row is not None]
    singles = {
        quantity: row
        for quantity, series_id in list_series(session, probe_id).items()
        if (row := _last_reading(session, series_id, until_ms)) is not None
    }
    if not moments and not singles:
        return None
    at_ms = max([row[0] for row in moments] + [row[0] for row in singles.values()])
    found: dict[str, tuple[float, int]] = {}
    if moments and moments[0][0] == at_ms:
        found |= _values_of_pair(moments[0])
    found |= {quantity: row[1:] for quantity, row in singles.items() if row[0] == at_ms}
    corrections = _corrections(session, probe_id)
    return Measured(
        at=datetime.fromtimestamp(at_ms / 1000, UTC),
        values={
            name: correction_at(corrections.get(name, ()), at_ms).apply(value)
            for name, (value, _) in found.items()
        },
        suspect={name: suspicions.NAMES[code] for name, (_, code) in found.items() if code},
    )


def _last_pair(
    session: ReadSession, probe_id: int, until_ms: int | None
) -> tuple[int, int | None, int | None, int] | None:
    columns = table_of(SampleRow).c
    query = (
        select(
            columns.at_ms, columns.temperature_centi_c, columns.humidity_centi_pct, columns.suspect
        )
        .where(
            columns.probe_id == probe_id,
            columns.suspect.not_in(suspicions.FUTURE_PAIRS),
            *_up_to(columns.at_ms, until_ms),
        )
        .order_by(columns.at_ms.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1], row[2], row[3])


def _last_reading(
    session: ReadSession, series_id: int, until_ms: int | None
) -> tuple[int, float, int] | None:
    columns = table_of(ReadingRow).c
    query = (
        select(columns.at_ms, columns.value, columns.suspect)
        .where(
            columns.series_id == series_id,
            columns.suspect != suspicions.FUTURE,
            *_up_to(columns.at_ms, until_ms),
        )
        .order_by(columns.at_ms.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def _up_to(at_ms: ColumnElement[int], until_ms: int | None) -> list[ColumnElement[bool]]:
    return [] if until_ms is None else [at_ms <= until_ms]


def _values_of_pair(
    row: tuple[int, int | None, int | None, int],
) -> Mapping[str, tuple[float, int]]:
    _, t, rh, packed = row
    codes = suspicions.unpack_pair(packed)
    return {
        name: (value / CENTI, code)
        for name, value, code in zip(PAIR, (t, rh), codes, strict=True)
        if value is not None
    }


def _corrections(session: ReadSession, probe_id: int) -> Corrections:
    row = session.get(ProbeRow, probe_id)
    return {} if row is None else parse_corrections(row.calibrations)
