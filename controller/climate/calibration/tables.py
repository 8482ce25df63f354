"""The calibrations on record; rows are only added, and voided where they were wrong."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from controller.store.rows import Record


class CalibrationRow(Record, table=True):
    """A calibration of one quantity of one probe; one that was voided corrects nothing."""

    __tablename__ = "calibrations"
    __table_args__ = (Index("ix_calibrations_room_probe_since", "room", "probe", "since"),)

    id: int | None = Field(default=None, primary_key=True)
    room: str
    probe: str
    quantity: str
    since: datetime
    offset: float
    gain: float
    certificate: str = ""
    laboratory: str = ""
    by: str
    noted_at: datetime
    due_on: date | None = None
    voided_at: datetime | None = None
    voided_by: str | None = None
    void_reason: str | None = None
