"""What must be remembered of the last hour, day and month of one probe. Pure.

A value counts until the next reading, at most for `longest_s`; it belongs to the hour in which it
began. All that is kept is sums and extremes, so a year at one reading a second needs no more room
than one at one an hour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from controller.climate.metrics.held import LEAST_COVERED

HOUR_S = 3600.0
DAY_S = 86_400.0
_RATE_SLICE_S = 300
_SLICES_AN_HOUR = 12


class HourSums:
    """The hour that runs: for how long each quantity was measured, and its sum over time."""

    __slots__ = ("_held", "_last_s", "_last_values", "_longest_s", "hour")

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._last_s: float | None = None
        self._last_values: Mapping[str, float] = {}
        self._held: dict[str, list[float]] = {}
        """Seconds and sum over time by quantity."""
        self.hour: int | None = None

    def hold(self, at_s: float, values: Mapping[str, float]) -> Hour | None:
        """Count what was measured before up to now; return the hour that this completes."""
        if self._last_s is not None:
            lasted = at_s - self._last_s
            held = lasted if lasted < self._longest_s else self._longest_s
            for name, value in self._last_values.items():
                sums = self._held.get(name)
                if sums is None:
                    self._held[name] = [held, value * held]
                else:
                    sums[0] += held
                    sums[1] += value * held
        self._last_s = at_s
        self._last_values = values
        hour = int(at_s // HOUR_S)
        if hour == self.hour:
            return None
        done = None if self.hour is None else Hour(self.hour, self._held)
        self.hour, self._held = hour, {}
        return done

    def saved(self) -> list[Any]:
        """Return what a restart must not lose."""
        held = {name: list(sums) for name, sums in self._held.items()}
        return [self._last_s, dict(self._last_values), self.hour, held]

    def restore(self, saved: list[Any]) -> None:
        """Go on from what was saved."""
        self._last_s, self._last_values, self.hour, held = saved
        self._held = {name: list(sums) for name, sums in held.items()}


class Hour:
    """A whole hour: seconds measured and sum over time by quantity."""

    __slots__ = ("hour", "seconds", "sums")

    def __init__(self, hour: int, held: Mapping[str, list[float]]) -> None:
        self.hour = hour
        self.seconds = {name: sums[0] for name, sums in held.items()}
        self.sums = {name: sums[1] for name, sums in held.items()}

    def mean(self, quantity: str) -> float | None:
        """Return the mean over time; `None` if nothing was measured."""
        seconds = self.seconds.get(quantity, 0.0)
        return self.sums[quantity] / seconds if seconds > 0 else None


class RunningMean:
    """The mean of one quantity over the last so many whole slices: 24 hours, 30 days."""

    __slots__ = ("_count", "_hours", "_slices", "quantity")

    def __init__(self, quantity: str, *, count: int, hours: int) -> None:
        self.quantity = quantity
        self._count = count
        self._hours = hours
        self._slices: deque[list[float]] = deque()

    def add(self, hour: Hour) -> float | None:
        """Add an hour; return the mean, `None` while too little of the time was measured."""
        number = hour.hour // self._hours
        if not self._slices or self._slices[-1][0] != number:
            self._slices.append([number, 0.0, 0.0])
        last = self._slices[-1]
        last[1] += hour.seconds.get(self.quantity, 0.0)
        last[2] += hour.sums.get(self.quantity, 0.0)
        while self._slices[0][0] <= number - self._count:
            self._slices.popleft()
        return self.now()

    def now(self) -> float | None:
        """Return the mean; `None` while too little of the time was measured."""
        seconds = sum(each[1] for each in self._slices)
        if seconds < LEAST_COVERED * self._count * self._hours * HOUR_S:
            return None
        return sum(each[2] for each in self._slices) / seconds

    def saved(self) -> list[list[float]]:
        """Return what a restart must not lose."""
        return [list(each) for each in self._slices]

    def restore(self, saved: list[list[float]]) -> None:
        """Go on from what was saved."""
        self._slices = deque(list(each) for each in saved)


class LastHour:
    """One quantity within the last hour, in means of five minutes so that one odd reading is one.

    The slice that runs is not compared with: a jump shows as soon as the next slice begins.
    """

    __slots__ = ("_slices", "high", "low")

    def __init__(self) -> None:
        self._slices: deque[list[float]] = deque()
        self._measure()

    def add(self, at_s: float, value: float) -> float:
        """Take a reading; return how far it lies from what was measured up to an hour before."""
        number = int(at_s // _RATE_SLICE_S)
        if not self._slices or self._slices[-1][0] != number:
            while self._slices and self._slices[0][0] < number - _SLICES_AN_HOUR:
                self._slices.popleft()
            self._measure()
            self._slices.append([number, 0.0, 0])
        last = self._slices[-1]
        last[1] += value
        last[2] += 1
        up, down = value - self.low, self.high - value
        return up if up > down else down

    def saved(self) -> list[list[float]]:
        """Return what a restart must not lose."""
        return [list(each) for each in self._slices]

    def restore(self, saved: list[list[float]]) -> None:
        """Go on from what was saved."""
        self._slices = deque(list(each) for each in saved[:-1])
        self._measure()
        self._slices.extend(list(each) for each in saved[-1:])

    def _measure(self) -> None:
        means = [each[1] / each[2] for each in self._slices]
        self.low = min(means, default=float("inf"))
        self.high = max(means, default=float("-inf"))
