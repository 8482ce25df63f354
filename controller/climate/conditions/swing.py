"""How far a quantity goes within a local day, judged while the day runs. Pure.

A swing begins the moment the day's extremes lie too far apart; one that stands over several days
is one condition. It ends when a day that was measured well enough stayed inside.
"""

from __future__ import annotations

from typing import Any, Literal

from controller.alarms.kinds import SWING
from controller.climate.conditions.model import Change
from controller.climate.conditions.windows import DayRange
from controller.climate.metrics.held import LEAST_COVERED

_ROUNDING = 1e-9
"""So that 20.2 - 18.2 is 2."""


class Swing:
    """The running day of one quantity."""

    __slots__ = ("_began_s", "_day", "_ends_at", "_limit", "_share", "active", "quantity")

    def __init__(
        self, quantity: str, limit: float, width: float, reading: Literal["half_range", "range"]
    ) -> None:
        self.quantity = quantity
        self._limit = limit
        self._ends_at = limit - width
        self._share = 0.5 if reading == "half_range" else 1.0
        self._day = DayRange()
        self.active = False
        self._began_s = 0.0

    def take(self, at_s: float, value: float, held_s: float) -> Change | None:
        """Take a reading of the running day, and how long the one before it counted."""
        return self._judge(at_s) if self._day.add(value, held_s) else None

    def stretch(self, at_s: float, low: float, high: float) -> Change | None:
        """Take the extremes of what a mean stands for."""
        self._day.add(low, 0.0)
        self._day.add(high, 0.0)
        return self._judge(at_s)

    def _judge(self, at_s: float) -> Change | None:
        if self.active:
            return None
        measure = self._day.range * self._share
        if measure <= self._limit + _ROUNDING:
            return None
        self.active, self._began_s = True, at_s
        return self._change(at_s, measure)

    def end_day(self, at_s: float, length_s: float) -> Change | None:
        """Begin a new day; say whether the one that is over ended the condition."""
        day, self._day = self._day, DayRange()
        measure = day.range * self._share
        is_whole = day.seconds >= LEAST_COVERED * length_s
        if not self.active or not is_whole or measure > self._ends_at + _ROUNDING:
            return None
        self.active = False
        return self._change(at_s, measure)

    def saved(self) -> list[Any]:
        """Return what a restart must not lose."""
        return [self.active, self._began_s, self._day.saved()]

    def restore(self, saved: list[Any]) -> None:
        """Go on from what was saved."""
        self.active, self._began_s, day = saved
        self._day.restore(day)

    def _change(self, at_s: float, measure: float) -> Change:
        return Change(
            kind=SWING,
            key=self.quantity,
            grade="warning" if self.active else None,
            at_s=at_s,
            since_s=self._began_s,
            quantity=self.quantity,
            bound="high",
            value=measure,
            limit=self._limit,
        )
