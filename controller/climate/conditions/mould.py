"""How far mould has come by two models, each by itself, hour by hour. Pure.

The VTT index remembers all that was; doses of the IPI-like model are let go after some weeks,
because how IPI lets them go is not published.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from config.limits import Mould
from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.conditions.windows import DAY_S, HOUR_S, Hour
from controller.climate.metrics.mould_days import mould_dose
from controller.climate.metrics.vtt import SURFACES, MouldState, step


class MouldWatch:
    """Index and risk factor of one probe's air."""

    __slots__ = ("_doses", "_limits", "_state", "_surface")

    def __init__(self, limits: Mould) -> None:
        self._limits = limits
        self._surface = next(each for each in SURFACES if each.name == limits.vtt_surface)
        self._state = MouldState()
        self._doses: deque[list[float]] = deque()

    @property
    def index(self) -> float:
        """The VTT mould index, 0 to 6."""
        return self._state.index

    @property
    def risk_factor(self) -> float:
        """The IPI-like mould risk factor of the days that count."""
        return sum(dose for _, dose in self._doses)

    def add(self, hour: Hour) -> None:
        """Take the means of an hour."""
        temperature, humidity = hour.mean(TEMPERATURE), hour.mean(HUMIDITY)
        if temperature is None or humidity is None:
            return
        seconds = min(hour.seconds[TEMPERATURE], hour.seconds[HUMIDITY])
        self._state = step(self._state, self._surface, temperature, humidity, seconds / HOUR_S)
        day = float(hour.hour * HOUR_S // DAY_S)
        dose = mould_dose(temperature, humidity, seconds)
        if dose > 0:
            if not self._doses or self._doses[-1][0] != day:
                self._doses.append([day, 0.0])
            self._doses[-1][1] += dose
        while self._doses and self._doses[0][0] <= day - self._limits.mrf_days:
            self._doses.popleft()

    def saved(self) -> list[Any]:
        """Return what a restart must not lose."""
        return [self._state.index, self._state.dry_h, [list(each) for each in self._doses]]

    def restore(self, saved: list[Any]) -> None:
        """Go on from what was saved."""
        index, dry_h, doses = saved
        self._state = MouldState(index, dry_h)
        self._doses = deque(list(each) for each in doses)
