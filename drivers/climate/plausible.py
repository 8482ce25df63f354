"""Which values of a probe are kept but not believed, by their course in time. Pure.

Not responsible for what a sensor can measure at all (the driver says implausible by its profile),
nor for a probe that stands still or drifts: that shows over days only, and the archive looks there.

Spike: temperature that goes by more than 10 K an hour or humidity by more than 40 % an hour is a
fault of a single sample, not air: 99.9 % of the hourly steps of five real sites are within 4.8 K
and 29 %. A step is allowed for ten minutes at least, the shortest step of those series, so that
the last digit of a probe that is read every ten seconds is no spike. A door that opens makes a
true step: what the following sample confirms is believed from there on.

Settling: a probe that was carried in shows the air it comes from. One did so for twenty minutes, by
8 K, so the first hour is not believed. A probe was carried in if the room's agent was there for
long without hearing it, or if it is new to an agent that already knew others. An agent that was
off itself saw no absence; one that runs for the first time takes its probes as hung up before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.quantities import HUMIDITY, TEMPERATURE
from drivers.readings import Suspicion

MOST_PER_HOUR: Final[Mapping[str, float]] = {TEMPERATURE: 10.0, HUMIDITY: 40.0}
"""Source: hourly and shorter series of a store, a church and three rooms (trh-1, CC BY 4.0, and
London, Oerholm and Annisse); see tests/golden/data/climate/ATTRIBUTION.md for what ships."""
LEAST_STEP_S: Final = 600.0
SETTLES_S: Final = 3600.0
LONG_ABSENCE_S: Final = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class _Point:
    value: float
    at_s: float


class Course:
    """The course of one probe's values. Knows what it believed last and what it last doubted."""

    def __init__(self) -> None:
        self._believed: dict[str, _Point] = {}
        self._doubted: dict[str, _Point] = {}

    def judge(
        self,
        values: Mapping[str, float],
        suspect: Mapping[str, Suspicion],
        *,
        at_s: float,
        settling: bool,
    ) -> dict[str, Suspicion]:
        """Say which values of one sample are not believed, those already suspect included."""
        found = dict(suspect)
        for name, value in values.items():
            if name in suspect:
                continue
            spikes = self._spikes(name, _Point(value, at_s))
            if settling:
                found[name] = "settling"
            elif spikes:
                found[name] = "spike"
        return found

    def _spikes(self, name: str, point: _Point) -> bool:
        most = MOST_PER_HOUR.get(name)
        if most is None:
            return False
        before, doubted = self._believed.get(name), self._doubted.pop(name, None)
        if before is None or _may_follow(before, point, most):
            self._believed[name] = point
            return False
        if doubted is not None and _may_follow(doubted, point, most):
            self._believed[name] = point
            return False
        self._doubted[name] = point
        return True


def _may_follow(before: _Point, after: _Point, most_per_hour: float) -> bool:
    """Say whether air can go from one value to the other in the time between, either way."""
    step_s = max(abs(after.at_s - before.at_s), LEAST_STEP_S)
    return abs(after.value - before.value) <= most_per_hour * step_s / 3600
