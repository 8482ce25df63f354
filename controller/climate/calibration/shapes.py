"""What the routes of calibrations take and say."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from config.moments import Day, Moment
from config.quantities import QuantityName, quantities
from config.wires import DeviceId
from controller.climate.calibration.due import Due, Standing
from controller.climate.calibration.model import Calibration

_Text = Annotated[str, Field(max_length=200)]


class NewCalibrationShape(BaseModel):
    """A certificate to put on record: true = reading * gain + offset from `since` on."""

    model_config = ConfigDict(extra="forbid")

    probe: DeviceId
    quantity: QuantityName
    since: Moment
    offset: Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)] = 0.0
    gain: Annotated[float, Field(ge=0.1, le=10, allow_inf_nan=False)] = 1.0
    certificate: Annotated[str, Field(min_length=1, max_length=200)]
    laboratory: _Text = ""
    due_on: Day | None = None

    @model_validator(mode="after")
    def _leaves_what_can_be(self) -> Self:
        """Refuse what would turn an ordinary reading into one that no air can have."""
        known = quantities().get(self.quantity)
        if known is not None:
            middle = (known.low + known.high) / 2
            corrected = middle * self.gain + self.offset
            if not known.can_be(corrected):
                raise ValueError(f"a reading of {middle:g} would become {corrected:g}")
        return self


class WithdrawShape(BaseModel):
    """Why a calibration is withdrawn."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class WithdrawnView(BaseModel):
    """Who withdrew it, when and why."""

    at: AwareDatetime
    by: str
    reason: str


class CalibrationView(BaseModel):
    """One calibration, also one that was withdrawn."""

    id: int
    probe: str
    quantity: str
    since: AwareDatetime
    offset: float
    gain: float
    certificate: str
    laboratory: str
    by: str
    noted_at: AwareDatetime
    due_on: date | None
    withdrawn: WithdrawnView | None


class DueView(BaseModel):
    """How the certificate that holds now stands; `calibration` is its id."""

    probe: str
    quantity: str
    calibration: int
    due_on: date | None
    days_left: int | None
    standing: Standing


class CalibrationsView(BaseModel):
    """All calibrations of a room in order of time, and how they stand today."""

    calibrations: list[CalibrationView]
    due: list[DueView]


def show(
    calibration: Calibration, names: dict[str, str], withdrawn: WithdrawnView | None = None
) -> CalibrationView:
    """Show a calibration with the name of who noted it."""
    return CalibrationView(
        id=calibration.id,
        probe=calibration.probe,
        quantity=calibration.quantity,
        since=calibration.since,
        offset=calibration.offset,
        gain=calibration.gain,
        certificate=calibration.certificate,
        laboratory=calibration.laboratory,
        by=names.get(calibration.by, calibration.by),
        noted_at=calibration.noted_at,
        due_on=calibration.due_on,
        withdrawn=withdrawn,
    )


def show_due(due: Due) -> DueView:
    """Show how a certificate stands."""
    return DueView(
        probe=due.calibration.probe,
        quantity=due.calibration.quantity,
        calibration=due.calibration.id,
        due_on=due.calibration.due_on,
        days_left=due.days_left,
        standing=due.standing,
    )
