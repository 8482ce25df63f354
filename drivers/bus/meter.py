"""Measures how long one round of all that is polled holds the line. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

_FORGOTTEN_AFTER_S = 60.0
"""Longer than the slowest poll, a probe's, stays away."""


@dataclass(frozen=True, slots=True)
class _Took:
    took_s: float
    at_s: float


class CycleMeter:
    """Keeps for each polled request how long it held the line last; their sum is the cycle.

    So the figure can be laid beside the budget, however often each device is polled. What is not
    asked any more is forgotten.
    """

    def __init__(self) -> None:
        self._took: dict[Hashable, _Took] = {}

    def note(self, request: Hashable, took_s: float, now_s: float) -> None:
        """Note that a polled request was answered, and how long the line was held for it."""
        self._took[request] = _Took(took_s, now_s)

    def cycle_s(self, now_s: float) -> float | None:
        """Return the measured cycle; `None` if nothing is polled."""
        self._took = {
            request: took
            for request, took in self._took.items()
            if now_s - took.at_s <= _FORGOTTEN_AFTER_S
        }
        return sum(took.took_s for took in self._took.values()) if self._took else None
