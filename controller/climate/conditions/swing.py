"""How far a quantity goes within a local day, judged while the day runs. Pure.

A swing begins the moment the day's extremes lie too far apart; one that stands over several days
is one condition. It ends when a day that counts stayed inside. What a day is, what its extremes are
and when it counts is metrics/swing.py's, for the watch, replays and reports alike.

Where the limits watch the rate of change too, a swing is told only when a rush that made it has
had the time to be told as one, so that an alarm of the rush can explain it.
"""

from __future__ import annotations

from typing import Any

from controller.alarms.kinds import SWING
from controller.climate.conditions.model import Change
from controller.climate.conditions.report import Span
from controller.climate.metrics.swing import Reading, RunningDay, counts, is_beyond


class Swing:
    """The running day of one quantity."""

    __slots__ = (
        "_began_s",
        "_day",
        "_ends_at",
        "_limit",
        "_longest_s",
        "_measure",
        "_reading",
        "_waits",
        "_waits_s",
        "active",
        "quantity",
    )

    def __init__(
        self,
        quantity: str,
        limit: float,
        width: float,
        reading: Reading,
        *,
        longest_s: float,
        waits_s: float,
    ) -> None:
        self.quantity = quantity
        self._limit = limit
        self._ends_at = limit - width
        self._reading: Reading = reading
        self._longest_s = longest_s
        self._waits_s = waits_s
        self._day = RunningDay()
        self.active = False
        self._waits = False
        """It went too far, and is not told yet."""
        self._began_s = 0.0
        self._measure = 0.0

    def take(self, at_s: float, value: float, span: Span | None = None) -> Change | None:
        """Take a reading of the running day, or a mean with what it stands for."""
        low, high, held_s = (value, value, self._longest_s) if span is None else span
        has_grown = self._day.take(at_s, low, high, held_s)
        if self.active or not (has_grown or self._waits):
            return None
        if has_grown:
            self._look(at_s)
        if not self._waits or at_s - self._began_s < self._waits_s:
            return None
        self.active, self._waits = True, False
        return self._change(at_s, self._measure)

    def end_day(
        self, at_s: float, *, ended_s: float, began_s: float, length_s: float
    ) -> Change | None:
        """Begin a new day; say whether the one that is over ended the condition."""
        self._day.end(ended_s)
        measured, stands = self._day.measure(self._reading), True
        if self.active and counts(self._day.seconds, length_s):
            stands = is_beyond(measured, self._ends_at)
        self._day.begin(began_s)
        if stands:
            return None
        self.active = False
        return self._change(at_s, measured)

    def rest(self) -> None:
        """Forget what is active or waits."""
        self.active = self._waits = False

    def saved(self) -> list[Any]:
        """Return what a restart must not lose."""
        return [self.active, self._began_s, self._day.saved(), self._waits, self._measure]

    def restore(self, saved: list[Any]) -> None:
        """Go on from what was saved."""
        self.active, self._began_s, day, *waits = saved
        self._waits, self._measure = waits or (False, 0.0)
        self._day.restore(day)

    def _look(self, at_s: float) -> None:
        measured = self._day.measure(self._reading)
        if not is_beyond(measured, self._limit):
            return
        if not self._waits:
            self._waits, self._began_s, self._measure = True, at_s, measured
        self._measure = max(self._measure, measured)

    def _change(self, at_s: float, measured: float) -> Change:
        return Change(
            kind=SWING,
            key=self.quantity,
            grade="warning" if self.active else None,
            at_s=at_s,
            since_s=self._began_s,
            quantity=self.quantity,
            bound="high",
            value=measured,
            limit=self._limit,
        )
