"""The time-weighted preservation index: what the air of a whole period did.

`TWPI = sum of dt / sum of (dt / PI)`, the time-weighted harmonic mean (IPI). Bad hours count as
what they cost: the arithmetic mean of PI would promise half as much life again. Both sums add up
over any periods, so hours make days, days make years, and nothing is lost. A TWPI of means errs:
of hourly ones by 0.03 % in real rooms and 0.05 % outdoors, of daily ones by up to 12 %, of monthly
ones by 20 %.
Less than a year of readings says little about a year (Conserv, "Understanding TWPI").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Self

from controller.climate.metrics.pi import preservation_index_y


@dataclass(frozen=True, slots=True)
class HarmonicSum:
    """What a harmonic mean over time is made of; sums of parts are the sum of the whole."""

    seconds: float = 0.0
    per: float = 0.0
    """The sum of seconds divided by the value that they had."""

    @classmethod
    def of(cls, values: Iterable[float], seconds: Iterable[float]) -> Self:
        """Add up positive values and how long each of them held.

        Raises:
            ValueError: there are not as many values as times.
        """
        total = per = 0.0
        for value, held in zip(values, seconds, strict=True):
            total += held
            per += held / value
        return cls(total, per)

    def __add__(self, other: HarmonicSum) -> HarmonicSum:
        return HarmonicSum(self.seconds + other.seconds, self.per + other.per)

    @property
    def mean(self) -> float | None:
        """The harmonic mean; `None` where nothing was measured, infinite where nothing ages."""
        if self.seconds <= 0:
            return None
        return self.seconds / self.per if self.per > 0 else inf


def sum_preservation(
    temperatures_c: Iterable[float], humidities_pct: Iterable[float], seconds: Iterable[float]
) -> HarmonicSum:
    """Add up readings for a TWPI; `seconds` as `held.hold_times` gives them, `mean` is in years."""
    pairs = zip(temperatures_c, humidities_pct, strict=True)
    return HarmonicSum.of((preservation_index_y(t, rh) for t, rh in pairs), seconds)
