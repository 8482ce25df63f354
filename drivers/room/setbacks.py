"""What was begun and then came to nothing: shown at the bank until somebody asks again. Pure.

A refusal that comes at once is told to whoever asked. One that comes later finds nobody waiting for
an answer, so it stays to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from drivers.room.motion import Answer, Entry

_BEGUN = ("armed", "accepted", "started")
_CAME_TO_NOTHING = ("refused", "failed", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """What became of a request that had begun."""

    entry: Entry
    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class Setbacks:
    """The last of each segment, by bank and segment."""

    by_place: Mapping[tuple[int, int], Setback] = field(default_factory=dict)

    def note(self, entry: Entry, answer: Answer, at: datetime) -> Setbacks:
        """Take in an answer; `entry` still holds the one before it.

        A stop clears nothing: it is why something came to nothing, not what follows. What a newer
        request took the place of goes on with that one.
        """
        bank, segment = entry.request.bank, entry.request.segment
        if segment is None or entry.request.verb == "stop":
            return self
        had_begun = entry.answer is not None and entry.answer.status in _BEGUN
        if answer.status in _CAME_TO_NOTHING:
            had_begun = had_begun and answer.code != "replaced"
            setback = Setback(entry=entry, answer=answer, at=at)
            return Setbacks({**self.by_place, (bank, segment): setback}) if had_begun else self
        return self if had_begun else self.clear(bank, segment)

    def clear(self, bank: int, segment: int) -> Setbacks:
        """Somebody acted there again."""
        kept = {at: each for at, each in self.by_place.items() if at != (bank, segment)}
        return Setbacks(kept)
