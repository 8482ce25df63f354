"""Reads and adds the calibrations on record. Nothing here changes one; it can be withdrawn."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlmodel import col, select

from controller.audit.store import append
from controller.climate.calibration.model import Calibration, NewCalibration, Withdrawn
from controller.climate.calibration.tables import CalibrationRow
from controller.store.engine import ReadSession, WriteSession


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


def list_withdrawn(session: ReadSession, room: str) -> list[Withdrawn]:
    """List the calibrations of a room that were withdrawn, with who did it and why."""
    voided = col(CalibrationRow.voided_at).is_not(None)
    query = select(CalibrationRow).where(CalibrationRow.room == room, voided)
    found = []
    for row in session.exec(query.order_by(col(CalibrationRow.since), col(CalibrationRow.id))):
        assert row.voided_at is not None
        found.append(
            Withdrawn(
                calibration=_calibration(row),
                at=row.voided_at,
                by=row.voided_by or "",
                reason=row.void_reason or "",
            )
        )
    return found


def add_calibration(session: WriteSession, calibration: NewCalibration) -> int:
    """Put a calibration on record, with an entry in the ledger; return its id."""
    row = CalibrationRow(**asdict(calibration))
    session.add(row)
    session.flush()
    assert row.id is not None
    append(
        session,
        at=calibration.noted_at,
        actor=calibration.by,
        action="climate.calibration_added",
        subject=f"{calibration.room}/{calibration.probe}",
        detail={
            "calibration": row.id,
            "quantity": calibration.quantity,
            "since": calibration.since.isoformat(),
            "offset": calibration.offset,
            "gain": calibration.gain,
            "certificate": calibration.certificate,
            "due_on": calibration.due_on.isoformat() if calibration.due_on else None,
        },
    )
    return row.id


def withdraw(
    session: WriteSession, room: str, calibration_id: int, *, at: datetime, by: str, reason: str
) -> bool:
    """Let a calibration correct nothing any more; `False` if it was withdrawn before.

    Raises LookupError if the room has none of that id.
    """
    row = session.get(CalibrationRow, calibration_id)
    if row is None or row.room != room:
        raise LookupError(f"no calibration {calibration_id} in {room}")
    if row.voided_at is not None:
        return False
    row.voided_at, row.voided_by, row.void_reason = at, by, reason
    session.add(row)
    append(
        session,
        at=at,
        actor=by,
        action="climate.calibration_withdrawn",
        subject=f"{room}/{row.probe}",
        detail={"calibration": calibration_id, "quantity": row.quantity, "reason": reason},
    )
    return True


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
