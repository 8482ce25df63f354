"""The rule everybody writes first: a tag is where its mean level over the last 20 reads is highest.

It runs beside the filter in the presence bench, so that its figures stand next to each other's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

READS = 20


@dataclass(slots=True)
class _Ring:
    levels: deque[float] = field(default_factory=lambda: deque(maxlen=READS))
    total: float = 0.0

    def add(self, level: float) -> float:
        if len(self.levels) == READS:
            self.total -= self.levels[0]
        self.levels.append(level)
        self.total += level
        return self.total / len(self.levels)


class NaiveRule:
    """Feed it cycles; it answers with what it takes for moves."""

    def __init__(self) -> None:
        self._rings: dict[tuple[str, str], _Ring] = {}
        self._means: dict[str, dict[str, float]] = {}
        self._places: dict[str, str] = {}

    def heard(self, place: str, levels_dbm: Mapping[str, float | None]) -> list[tuple[str, str]]:
        """Take in what the antenna of a place heard; list the tags that are elsewhere now."""
        moved = []
        for epc, level in levels_dbm.items():
            if level is None:
                continue
            means = self._means.setdefault(epc, {})
            means[place] = self._rings.setdefault((epc, place), _Ring()).add(level)
            best = max(means, key=means.__getitem__)
            if self._places.get(epc) != best:
                self._places[epc] = best
                moved.append((epc, best))
        return moved
