"""Reads the calibrations on record."""

from __future__ import annotations

from sqlmodel import col, select

from controller.climate.calibration.model import Calibration
from controller.climate.calibration.tables import CalibrationRow
from controller.store.engine import ReadSession


def list_calibrations(
    session: ReadSession, room: str | None = None, probe: str | None = None
) -> list[Calibration]:
    """List the calibrations that hold, in order of time; of all rooms if none is named."""
    query = select(CalibrationRow).where(col(CalibrationRow.voided_at).is_(None))
    if room is not None:
        query = query.where(CalibrationRow.room == room)
    if probe is not None:
        query = query.where(CalibrationRow.probe == probe)
    rows = session.exec(query.order_by(col(CalibrationRow.since), col(CalibrationRow.id)))
    return [_calibration(row) for row in rows]


def _calibration(row: CalibrationRow) -> Calibration:
    assert row.id is not None
    return Calibration(
        id=row.id,
        room=row.room,
        probe=row.probe,
        quantity=row.quantity,
        since=row.since,
        offset=row.offset,
        gain=row.gain,
        certificate=row.certificate,
        laboratory=row.laboratory,
        by=row.by,
        noted_at=row.noted_at,
        due_on=row.due_on,
    )
