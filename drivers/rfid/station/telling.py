"""Says in the log what a reader does wrong: the first of each kind on a connection."""

from __future__ import annotations

import logging

from drivers.readings import ReaderHealth

_log = logging.getLogger(__name__)


class Teller:
    """Speaks for one connection; what is told already is only counted, in its health."""

    def __init__(self, reader_id: str) -> None:
        self._id = reader_id
        self._told: set[str] = set()

    def tell(self, health: ReaderHealth) -> None:
        """Tell what is new since the connection was opened."""
        troubles = (
            (health.garbled, "sends garbage"),
            (health.repeated, "repeats itself or answers late"),
            (health.clock_jumps, "has a clock that jumps"),
        )
        for count, words in troubles:
            if count and words not in self._told:
                self._told.add(words)
                _log.warning("%s %s: %s; from now on counted", self._id, words, health.last_error)
