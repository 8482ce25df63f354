"""Which probe of a zone drifts away from the others, by the water in the air. Pure.

Absolute humidity is more even within a zone than relative humidity. A probe drifts when the median
of a week of its daily departures from the zone's median exceeds 0.35 g/m3, about 2 %RH at 20 °C,
and is larger than it was 60 days before. It is sound again below 0.25 g/m3. Three probes are
needed, so that one that is off does not make the median. The figures are common practice,
unconfirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

DRIFTS_ABOVE_G_M3 = 0.35
SOUND_BELOW_G_M3 = 0.25
FEWEST_PROBES = 3
WEEK = 7
FEWEST_OF_WEEK = 5
BACK_DAYS = 60
_LEAST_BACK_DAYS = 30

Days = Mapping[str, Mapping[int, float]]
"""Mean absolute humidity in g/m3 by probe and number of the day."""


@dataclass(frozen=True, slots=True)
class Departure:
    """How far a probe is off its zone now, and was."""

    now_g_m3: float
    before_g_m3: float | None
    """60 days ago, or as far back as is known, 30 days at least."""

    @property
    def drifts(self) -> bool:
        """Whether it is off too far, and further than it was."""
        if self.before_g_m3 is None or abs(self.now_g_m3) <= DRIFTS_ABOVE_G_M3:
            return False
        return abs(self.now_g_m3) > abs(self.before_g_m3)

    @property
    def is_sound(self) -> bool:
        """Whether it is near enough to end an alarm."""
        return abs(self.now_g_m3) < SOUND_BELOW_G_M3


def departures(days: Days, today: int) -> dict[str, Departure]:
    """Say of each probe with enough days how far it is off its zone, up to the day before today."""
    residuals = _residuals(days)
    found = {}
    for probe, by_day in residuals.items():
        now = _week(by_day, today)
        if now is not None:
            found[probe] = Departure(now, _before(by_day, today))
    return found


def _residuals(days: Days) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {probe: {} for probe in days}
    for day in sorted({day for by_day in days.values() for day in by_day}):
        here = {probe: by_day[day] for probe, by_day in days.items() if day in by_day}
        if len(here) < FEWEST_PROBES:
            continue
        middle = median(here.values())
        for probe, value in here.items():
            found[probe][day] = value - middle
    return found


def _before(by_day: Mapping[int, float], today: int) -> float | None:
    for back in range(BACK_DAYS, _LEAST_BACK_DAYS - 1, -1):
        found = _week(by_day, today - back)
        if found is not None:
            return found
    return None


def _week(by_day: Mapping[int, float], end: int) -> float | None:
    values: Sequence[float] = [by_day[day] for day in range(end - WEEK, end) if day in by_day]
    return median(values) if len(values) >= FEWEST_OF_WEEK else None
