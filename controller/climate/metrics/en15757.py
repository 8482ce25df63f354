"""The humidity that things have grown used to, in the manner of EN 15757:2010.

The procedure as Camuffo and others sum it up (Atmosphere 13(9), 2022, 1344): the centred moving
average of 30 days is the season; what a reading departs from it is a fluctuation; the band that
should be kept runs from the 7th to the 93rd percentile of the fluctuations around the season. A
fluctuation of up to 10 %RH is acceptable even where that band is tighter. The details were not
read in the standard itself, so this is no claim of conformity.

An average is taken only where all of its 30 days lie within the readings (nothing is padded) and
three quarters of them were measured (our choice), so the first and the last 15 days have none, and
a year of fluctuations takes 13 months of readings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from controller.climate.metrics.held import LEAST_COVERED
from controller.climate.metrics.years import WHOLE_YEAR_S

WINDOW_S = 30 * 86400.0
LOW_PERCENTILE = 7.0
HIGH_PERCENTILE = 93.0
ALWAYS_ACCEPTED_PCT = 10.0


@dataclass(frozen=True, slots=True)
class SeasonPoint:
    """The season at a reading: the mean of the 30 days around it, and how far it departed."""

    at_s: float
    season_pct: float
    fluctuation_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricClimate:
    """The humidity of the past, as a season and a band around it, in %RH."""

    season: tuple[SeasonPoint, ...]
    low_pct: float
    """7th percentile of the fluctuations, mostly negative."""
    high_pct: float
    coverage_pct: float
    """How many of the readings that the period should have were there."""
    is_whole_year: bool
    """Whether the fluctuations span a year; if not, the seasons are not all in it."""

    @property
    def band_pct(self) -> tuple[float, float]:
        """What may be added to the season: the percentiles, but never tighter than 10 %RH."""
        return min(self.low_pct, -ALWAYS_ACCEPTED_PCT), max(self.high_pct, ALWAYS_ACCEPTED_PCT)


def historic_climate(
    at_s: Sequence[float], humidities_pct: Sequence[float], *, interval_s: float
) -> HistoricClimate | None:
    """Find season and band of readings taken every `interval_s`, in rising order, gaps allowed.

    Gives `None` where no 30 days of readings are full enough.
    """
    season = _seasons(at_s, humidities_pct, interval_s)
    if not season:
        return None
    ordered = sorted(point.fluctuation_pct for point in season)
    expected = (at_s[-1] - at_s[0]) / interval_s + 1
    return HistoricClimate(
        season=tuple(season),
        low_pct=percentile(ordered, LOW_PERCENTILE),
        high_pct=percentile(ordered, HIGH_PERCENTILE),
        coverage_pct=min(100.0, 100.0 * len(at_s) / expected),
        is_whole_year=season[-1].at_s - season[0].at_s + interval_s >= WHOLE_YEAR_S,
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Give a percentile of rising values, straight between neighbours; there must be a value."""
    place = (len(ordered) - 1) * percent / 100.0
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _seasons(
    at_s: Sequence[float], humidities_pct: Sequence[float], interval_s: float
) -> list[SeasonPoint]:
    """Slide the window once over the readings; sums up to each reading give any mean."""
    half = WINDOW_S / 2
    fewest = LEAST_COVERED * (WINDOW_S / interval_s + 1)
    sums = [0.0, *accumulate(humidities_pct)]
    points: list[SeasonPoint] = []
    first = behind = 0
    for at, humidity in zip(at_s, humidities_pct, strict=True):
        if at - half < at_s[0]:
            continue
        if at + half > at_s[-1]:
            break
        while at_s[first] < at - half:
            first += 1
        while behind < len(at_s) and at_s[behind] <= at + half:
            behind += 1
        if behind - first >= fewest:
            mean = (sums[behind] - sums[first]) / (behind - first)
            points.append(SeasonPoint(at, mean, humidity - mean))
    return points
