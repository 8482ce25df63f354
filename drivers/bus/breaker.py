"""Decides whether a silent unit is asked again yet, so that it cannot slow the others. Pure."""

from __future__ import annotations

from random import Random

from drivers.bus.frames import WRITES, Asked
from drivers.bus.health import UnitHealth
from drivers.bus.timing import SHORTEST_WAIT_SHARE

_TRIPS_AFTER = 3
_FIRST_WAIT_S = 1.0
_REST_ALONE_S = 2.0


class Breaker:
    """Counts one unit's failures in a row. From the third on it lets only single probes through.

    The wait doubles with each failed probe up to a longest one and is spread by up to a fifth, so
    that units which died together are not probed together.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._failures = 0
        self._retry_at_s = 0.0

    @property
    def failures(self) -> int:
        """Count the failures since the last answer."""
        return self._failures

    @property
    def is_open(self) -> bool:
        """Say whether the unit gets probes only."""
        return self._failures >= _TRIPS_AFTER

    def allows(self, now_s: float) -> bool:
        """Say whether the unit may be asked now."""
        return not self.is_open or now_s >= self._retry_at_s

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
        self._retry_at_s = now_s + wait_s * self._rng.uniform(SHORTEST_WAIT_SHARE, 1.0)


class Breakers:
    """The breakers of one port. Of all its silent units, one at most is probed in a cycle.

    A cycle is over when a read that a live unit has answered is answered again.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._breakers: dict[int, Breaker] = {}
        self._answered_at_s: dict[int, float] = {}
        self._resting = False
        self._pause_ends_at_s = 0.0
        self._rest_ends_at_s = 0.0
        self._answered_since: set[Asked] = set()

    def __len__(self) -> int:
        return len(self._breakers)

    def allows(self, unit: int, now_s: float) -> bool:
        """Say whether a unit may be asked now."""
        breaker = self._of(unit)
        return breaker.allows(now_s) and not (breaker.is_open and self._rests(now_s))

    def retry_in_s(self, unit: int, now_s: float) -> float:
        """Say how long a unit is still left alone; the rest of the cycle may come on top."""
        return self._of(unit).retry_in_s(now_s)

    def answered(self, asked: Asked, now_s: float) -> None:
        """Note that a unit answered."""
        self._of(asked.unit).answered()
        self._answered_at_s[asked.unit] = now_s
        if not self._resting or isinstance(asked, WRITES):
            return
        if asked in self._answered_since:
            self._resting = False
        self._answered_since.add(asked)

    def failed(self, unit: int, now_s: float, longest_wait_s: float) -> None:
        """Note that a unit kept silent or answered nonsense."""
        breaker = self._of(unit)
        if breaker.is_open and longest_wait_s > 0:
            self._resting = True
            self._pause_ends_at_s = now_s + min(longest_wait_s, _REST_ALONE_S)
            self._rest_ends_at_s = now_s + longest_wait_s
            self._answered_since.clear()
        breaker.failed(now_s, longest_wait_s)

    def list_health(self, now_s: float) -> tuple[UnitHealth, ...]:
        """Tell of every unit that was asked so far, in the order of their ids."""
        return tuple(
            UnitHealth(
                unit=unit,
                answered_at_s=self._answered_at_s.get(unit),
                failing=breaker.failures,
                retry_in_s=breaker.retry_in_s(now_s),
            )
            for unit, breaker in sorted(self._breakers.items())
        )

    def _rests(self, now_s: float) -> bool:
        """Say whether the cycle of the last probe still lasts; where nobody lives, a pause does."""
        ends_at_s = self._rest_ends_at_s if self._answered_since else self._pause_ends_at_s
        return self._resting and now_s < ends_at_s

    def _of(self, unit: int) -> Breaker:
        return self._breakers.setdefault(unit, Breaker(self._rng))
