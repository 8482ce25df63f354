"""Tags of which nobody knows whether they left: told if nothing in the room hears them again. Pure.

A shelf, the desk or the door's own inner antenna ends a doubt. Where no antenna looks at a tag's
shelf, only a person can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drivers.room.door.values import Passage

MOST_DOUBTS: Final = 2000
TOLD_AFTER_S: Final = 120.0
"""So long a tag has to be heard in the room again, before somebody is told."""
ZONE_HOLDS_S: Final = 900.0
"""Where presence still has a tag in its zone after this time, it is there."""
AWAY_S: Final = 20.0
"""A tag that is heard at the door so long after it came near has not left."""


@dataclass(slots=True)
class _Doubt:
    passage: Passage
    zone: str | None
    """Where presence had it when it came near; `None` since it was gone from there."""


class Doubts:
    """Remembers who came near a door and did not surely stay; the same tag counts once."""

    def __init__(self, find_zone: Callable[[str], str | None]) -> None:
        """`find_zone` names the zone in which presence has a tag now."""
        self._find_zone = find_zone
        self._open: dict[str, _Doubt] = {}

    def __len__(self) -> int:
        return len(self._open)

    def note(self, passage: Passage, *, may_leave: bool) -> None:
        """Take what was told of a tag; it settles any doubt of before, and may be a new one."""
        self._open.pop(passage.epc, None)
        if passage.direction != "unsure" or passage.stayed or may_leave:
            return
        self._open[passage.epc] = _Doubt(passage, self._find_zone(passage.epc))
        if len(self._open) > MOST_DOUBTS:
            del self._open[next(iter(self._open))]

    def due(self, at_s: float, heard_inside_s: Callable[[Passage], float]) -> list[Passage]:
        """Let time pass; return those that are missed now, and forget those that are there.

        `heard_inside_s` says when an inner antenna of a passage's door last heard its tag.
        """
        missed = []
        for epc, doubt in list(self._open.items()):
            age_s = at_s - doubt.passage.last_at_s
            zone = self._find_zone(epc)
            is_back = heard_inside_s(doubt.passage) >= doubt.passage.last_at_s + AWAY_S
            if is_back or zone not in (None, doubt.zone) or (zone and age_s >= ZONE_HOLDS_S):
                del self._open[epc]
            elif zone is None:
                doubt.zone = None
                if age_s >= TOLD_AFTER_S:
                    del self._open[epc]
                    missed.append(doubt.passage)
        return missed
