"""How much the air changes within a day, in both readings of the "±" in Chinese standards.

JGJ 25-2010, 5.2.3: "每昼夜温度波动幅度不得大于±2℃、相对湿度波动幅度不得大于±5%". Read as half a
range, 4 K and 10 % may lie between the day's extremes; read as a range, 2 K and 5 %. Which one is
meant the standard does not say, so both are given: in one house 58.5 % of the days passed the one
and 12.6 % the other. Days are those of the archive's own clock, 23 or 25 hours long twice a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from controller.climate.metrics.held import LEAST_COVERED

Reading = Literal["half_range", "range"]

_ROUNDING = 1e-9
"""So that 20.2 - 18.2 is 2."""


@dataclass(frozen=True, slots=True)
class DaySwing:
    """The extremes of one quantity within one local day."""

    day: date
    low: float
    high: float

    @property
    def range(self) -> float:
        """What lies between the extremes."""
        return self.high - self.low

    @property
    def half_range(self) -> float:
        """Half of it: how far the day departs from its middle."""
        return (self.high - self.low) / 2

    def passes(self, limit: float, reading: Reading) -> bool:
        """Say whether the day kept a limit, by that reading of "±"."""
        swing = self.half_range if reading == "half_range" else self.range
        return swing <= limit + _ROUNDING


def list_day_swings(
    at_s: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    *,
    zone: tzinfo,
    interval_s: float,
) -> list[DaySwing]:
    """Find the extremes of each local day that has enough readings.

    Pass the same values as `lows` and `highs`, or the least and the most of each hour: hourly means
    hide what happened within. An hour counts to the day in which it begins.
    """
    swings: list[DaySwing] = []
    first = 0
    while first < len(at_s):
        day = datetime.fromtimestamp(at_s[first], UTC).astimezone(zone).date()
        start, end = _midnight_s(day, zone), _midnight_s(day + timedelta(days=1), zone)
        behind = first + 1
        while behind < len(at_s) and at_s[behind] < end:
            behind += 1
        if (behind - first) * interval_s >= LEAST_COVERED * (end - start):
            swings.append(DaySwing(day, min(lows[first:behind]), max(highs[first:behind])))
        first = behind
    return swings


def passing_pct(swings: Iterable[DaySwing], limit: float, reading: Reading) -> float | None:
    """Say how many of the days kept the limit, in %; `None` where no day was judged."""
    passed = [swing.passes(limit, reading) for swing in swings]
    return 100.0 * sum(passed) / len(passed) if passed else None


def _midnight_s(day: date, zone: tzinfo) -> float:
    return datetime.combine(day, time.min, tzinfo=zone).timestamp()
