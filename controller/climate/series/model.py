"""What series hold, as values: readings, hours, days. Times are UTC, seconds since 1970.

Figures have their fields by the names of the columns they are read from (tables.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import NamedTuple

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.metrics.vtt import SURFACES, MouldState
from drivers.messages import Suspicion

HOUR_S = 3600
EPOCH_DAY = date(1970, 1, 1).toordinal()


class Basis(IntEnum):
    """What the figures of an hour or day were made from."""

    RAW = 0
    """Readings, which are still kept."""
    RAW_GONE = 1
    """Readings whose time is over; nothing can be added to the hour any more."""
    MEANS = 2
    """The hour's own means, corrected when readings were gone; what is not linear (preservation,
    mould, absolute humidity) is that of the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a probe measured at one moment, calibrated."""

    at: datetime
    values: Mapping[str, float]
    suspect: Mapping[str, Suspicion] = field(default_factory=dict)
    """Which of the values are not believed, and why."""

    @property
    def temperature_c(self) -> float | None:
        """The temperature, believed or not."""
        return self.values.get(TEMPERATURE)

    @property
    def humidity_pct(self) -> float | None:
        """The humidity, believed or not."""
        return self.values.get(HUMIDITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSeries:
    """A probe that ever reported, and what it reported."""

    probe: str
    quantities: tuple[str, ...]
    first_at: datetime | None
    last_at: datetime | None


class Point(NamedTuple):
    """One calibrated reading of one quantity."""

    at_s: float
    value: float
    suspect: Suspicion | None = None


class Pair(NamedTuple):
    """One calibrated reading of temperature and humidity."""

    at_s: float
    temperature_c: float
    humidity_pct: float


class HourFigures(NamedTuple):
    """An hour of a probe: sums of values times the seconds that each held, and what they did.

    A tuple, because metrics read a hundred thousand of them at once. Extremes are `None` where
    nothing held.
    """

    hour: int
    """Hours since 1970, UTC."""
    n: int
    t_s: float
    t_sum: float
    t_min: float | None
    t_max: float | None
    rh_s: float
    rh_sum: float
    rh_min: float | None
    rh_max: float | None
    pair_s: float
    ah_sum: float
    inv_pi: float
    """Seconds by the preservation index in years; with `pair_s` a HarmonicSum."""
    inv_lm: float
    """Seconds by the lifetime multiplier of paper."""
    mould_dose: float
    """What the hour adds to the IPI-like mould risk factor."""
    basis: int
    mould_states: tuple[float, ...]
    """Index and dry hours at the end, for each of metrics.vtt.SURFACES."""

    @property
    def start_s(self) -> float:
        """When it began."""
        return self.hour * HOUR_S

    @property
    def at(self) -> datetime:
        """When it began, as a moment."""
        return datetime.fromtimestamp(self.hour * HOUR_S, UTC)

    @property
    def temperature_c(self) -> float | None:
        """The mean temperature."""
        return self.t_sum / self.t_s if self.t_s > 0 else None

    @property
    def humidity_pct(self) -> float | None:
        """The mean humidity."""
        return self.rh_sum / self.rh_s if self.rh_s > 0 else None

    @property
    def absolute_g_m3(self) -> float | None:
        """The mean absolute humidity."""
        return self.ah_sum / self.pair_s if self.pair_s > 0 else None

    @property
    def gap_s(self) -> float:
        """Seconds of the hour in which nothing is known of temperature or humidity."""
        return max(0.0, HOUR_S - self.pair_s)

    @property
    def mould(self) -> dict[str, MouldState]:
        """The mould index at the end of the hour, by the name of the surface."""
        states = self.mould_states
        return {
            surface.name: MouldState(states[2 * place], states[2 * place + 1])
            for place, surface in enumerate(SURFACES)
        }


class DayFigures(NamedTuple):
    """A day of the site's calendar: the sums of its hours, which may be 23 or 25."""

    day: int
    """Days since 1 January 1970 by the site's own calendar."""
    n: int
    t_s: float
    t_sum: float
    t_min: float | None
    t_max: float | None
    rh_s: float
    rh_sum: float
    rh_min: float | None
    rh_max: float | None
    pair_s: float
    ah_sum: float
    inv_pi: float
    inv_lm: float
    mould_dose: float
    basis: int

    @property
    def date(self) -> date:
        """The day's date."""
        return date.fromordinal(self.day + EPOCH_DAY)

    @property
    def temperature_c(self) -> float | None:
        """The mean temperature."""
        return self.t_sum / self.t_s if self.t_s > 0 else None

    @property
    def humidity_pct(self) -> float | None:
        """The mean humidity."""
        return self.rh_sum / self.rh_s if self.rh_s > 0 else None


class QuantityFigures(NamedTuple):
    """An hour or day of a further quantity; `at` counts as that of HourFigures or DayFigures."""

    at: int
    n: int
    seconds: float
    sum: float
    min: float
    max: float
    basis: int

    @property
    def mean(self) -> float:
        """The mean value over the time that values held."""
        return self.sum / self.seconds
