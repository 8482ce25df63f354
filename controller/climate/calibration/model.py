"""A calibration as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a laboratory or a comparison found: true = reading * gain + offset, from a time on.

    The offset is in the unit of the quantity. It holds for readings taken at `since` or later,
    until the next one of the same quantity; earlier readings keep what was known then.
    """

    id: int
    room: str
    probe: str
    quantity: str
    since: datetime
    offset: float
    gain: float
    certificate: str
    laboratory: str
    by: str
    noted_at: datetime
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCalibration:
    """A calibration that is not on record yet; fields as those of Calibration."""

    room: str
    probe: str
    quantity: str
    since: datetime
    offset: float
    gain: float
    certificate: str
    laboratory: str
    by: str
    noted_at: datetime
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A calibration that corrects nothing any more, by whom and why."""

    calibration: Calibration
    at: datetime
    by: str
    reason: str
