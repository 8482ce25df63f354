"""How much the air changes within a day, in both readings of the "±" in Chinese standards.

JGJ 25-2010, 5.2.3: "每昼夜温度波动幅度不得大于±2℃、相对湿度波动幅度不得大于±5%". Read as half a
range, 4 K and 10 % may lie between the day's extremes; read as a range, 2 K and 5 %. Which one is
meant the standard does not say, so both are given: in one house 58.5 % of the days passed the one
and 12.6 % the other.

One rule for the watch, replays and reports: days are those of the archive's own clock, 23 or 25
hours long twice a year; a day's extremes are those of all values that held in it; and a day counts
only where enough of its time was measured. The watch may say of a day that runs that it went too
far, since extremes only part; that a day stayed inside can be said only of one that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from math import inf
from typing import Literal

from controller.climate.calendar import day_around
from controller.climate.metrics.held import LEAST_COVERED

Reading = Literal["half_range", "range"]

_ROUNDING = 1e-9
"""So that 20.2 - 18.2 is 2."""


def measure(low: float, high: float, reading: Reading) -> float:
    """Give what is compared with a limit "±": all that lies between the extremes, or half of it."""
    return high - low if reading == "range" else (high - low) / 2


def is_beyond(measured: float, limit: float) -> bool:
    """Say whether a measure is too much; the limit itself is still kept."""
    return measured > limit + _ROUNDING


def counts(measured_s: float, day_s: float) -> bool:
    """Say whether so much of a day was measured that it can be said to have stayed inside."""
    return measured_s >= LEAST_COVERED * day_s


@dataclass(frozen=True, slots=True)
class DaySwing:
    """The extremes of one quantity within one local day that counts."""

    day: date
    low: float
    high: float

    @property
    def range(self) -> float:
        """What lies between the extremes."""
        return measure(self.low, self.high, "range")

    @property
    def half_range(self) -> float:
        """Half of it: how far the day departs from its middle."""
        return measure(self.low, self.high, "half_range")

    def passes(self, limit: float, reading: Reading) -> bool:
        """Say whether the day kept a limit, by that reading of "±"."""
        return not is_beyond(measure(self.low, self.high, reading), limit)


def list_day_swings(
    at_s: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    seconds: Sequence[float],
    *,
    zone: tzinfo,
) -> list[DaySwing]:
    """Find the extremes of each local day that counts.

    Pass the same values as `lows` and `highs`, or the least and the most of each hour: hourly means
    hide what happened within. `seconds` is how long each held. An hour counts to the day in which
    it begins.
    """
    swings: list[DaySwing] = []
    first = 0
    while first < len(at_s):
        start, end = day_around(at_s[first], zone)
        behind = first + 1
        while behind < len(at_s) and at_s[behind] < end:
            behind += 1
        if counts(sum(seconds[first:behind]), end - start):
            day = datetime.fromtimestamp(at_s[first], UTC).astimezone(zone).date()
            swings.append(DaySwing(day, min(lows[first:behind]), max(highs[first:behind])))
        first = behind
    return swings


def passing_pct(swings: Iterable[DaySwing], limit: float, reading: Reading) -> float | None:
    """Say how many of the days kept the limit, in %; `None` where no day counts."""
    passed = [swing.passes(limit, reading) for swing in swings]
    return 100.0 * sum(passed) / len(passed) if passed else None


class RunningDay:
    """The extremes of one quantity within the local day that runs, and how much was measured."""

    __slots__ = ("_from_s", "_last", "_until_s", "high", "low", "seconds")

    def __init__(self) -> None:
        self.low, self.high, self.seconds = inf, -inf, 0.0
        self._from_s = self._until_s = -inf
        self._last = inf, -inf

    def take(self, at_s: float, low: float, high: float, longest_s: float) -> bool:
        """Take a value, or the extremes of a mean, that holds until the next; say if they parted.

        It holds for `longest_s` at most.
        """
        self._count_until(at_s)
        self._from_s, self._until_s = at_s, at_s + longest_s
        self._last = low, high
        if self.low <= low and high <= self.high:
            return False
        self.low = min(self.low, low)
        self.high = max(self.high, high)
        return True

    def end(self, ended_s: float) -> None:
        """Count up to the end of the day; nothing else of it will come."""
        self._count_until(ended_s)

    def begin(self, began_s: float) -> None:
        """Begin another day, with what still holds then."""
        self.seconds = 0.0
        if self._until_s > began_s:
            self._from_s = began_s
            self.low, self.high = self._last
        else:
            self._from_s = self._until_s = -inf
            self.low, self.high = self._last = inf, -inf

    def measure(self, reading: Reading) -> float:
        """Give what is compared with a limit; 0 while nothing was measured."""
        return max(0.0, measure(self.low, self.high, reading))

    def saved(self) -> list[float] | None:
        """Return what a restart must not lose; `None` before the first value of a day."""
        if self.high < self.low:
            return None
        return [self.low, self.high, self.seconds, self._from_s, self._until_s, *self._last]

    def restore(self, saved: Sequence[float] | None) -> None:
        """Go on from what was saved; what another version saved in its own way begins anew."""
        if saved is not None and len(saved) == _SAVED:
            self.low, self.high, self.seconds, self._from_s, self._until_s, *last = saved
            self._last = last[0], last[1]

    def _count_until(self, at_s: float) -> None:
        until_s = at_s if at_s < self._until_s else self._until_s
        if until_s > self._from_s:
            self.seconds += until_s - self._from_s
            self._from_s = until_s


_SAVED = 7
