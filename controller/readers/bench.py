"""What lies before antennas right now, in memory, while it is young. One writer: the link."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from config.clock import Clock
from drivers.messages import BenchState

YOUNG_S = 10.0
"""What an antenna showed longer ago says nothing any more."""
MOST_ANTENNAS = 2000

AntennaKey = tuple[str, str, int]
"""Room, reader, antenna."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What an antenna showed last, and when that came."""

    state: BenchState
    at_s: float


class BenchMirror:
    """Keeps the newest picture of each antenna. Read from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._shown: dict[AntennaKey, Shown] = {}

    def take(self, room: str, state: BenchState) -> None:
        """Take a picture; the oldest antenna gives way when there are too many."""
        key = (room, state.reader, state.antenna)
        with self._lock:
            self._shown.pop(key, None)
            self._shown[key] = Shown(state, self._clock.monotonic())
            while len(self._shown) > MOST_ANTENNAS:
                del self._shown[next(iter(self._shown))]

    def find(self, room: str, reader: str, antenna: int) -> BenchState | None:
        """Find what an antenna showed, if that is young."""
        with self._lock:
            shown = self._shown.get((room, reader, antenna))
        if shown is None or self._clock.monotonic() - shown.at_s > YOUNG_S:
            return None
        return shown.state
