"""Decides whether a silent unit is asked again yet, so that it cannot slow the others. Pure."""

from __future__ import annotations

from random import Random

_TRIPS_AFTER = 3
_FIRST_WAIT_S = 1.0


class Breaker:
    """Counts one unit's failures in a row. From the third on it lets only single probes through.

    The wait doubles with each failed probe up to a longest one and is spread by up to a fifth, so
    that units which died together are not probed together.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._failures = 0
        self._retry_at_s = 0.0

    def allows(self, now_s: float) -> bool:
        """Say whether the unit may be asked now."""
        return self._failures < _TRIPS_AFTER or now_s >= self._retry_at_s

    def retry_in_s(self, now_s: float) -> float:
        """Say how long the unit is still left alone."""
        return 0.0 if self.allows(now_s) else self._retry_at_s - now_s

    def answered(self) -> None:
        """Note that the unit lives."""
        self._failures = 0

    def failed(self, now_s: float, longest_wait_s: float) -> None:
        """Note that the unit kept silent or answered nonsense."""
        self._failures += 1
        doublings = min(max(self._failures - _TRIPS_AFTER, 0), 16)
        wait_s = min(_FIRST_WAIT_S * (1 << doublings), longest_wait_s)
        self._retry_at_s = now_s + wait_s * self._rng.uniform(0.8, 1.0)
