"""Names what is heard as before, so that the archive knows when a thing was last seen.

Each zone in its own turn, at most every quarter of an hour, so that a room full of tags costs
little and never all at once. Nothing here is kept: what an archive misses, the next turn says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil
from operator import attrgetter
from typing import Final

from drivers.messages import MOST_STILL_HEARD, TagsHeard
from drivers.room.picture import Moment
from drivers.room.presence import Field, Presence, StillHeard, list_still_heard

EVERY_S: Final = 900.0
"""A zone is told at most so often."""


class Turns:
    """Whose turn it is. `tell` is called every few seconds."""

    def __init__(self, field: Field, at_s: float) -> None:
        self._field = field
        zones = sorted({spot.zone.name for spot in field.spots.values()})
        gap_s = EVERY_S / max(len(zones), 1)
        self._due_s = {zone: at_s + gap_s * turn for turn, zone in enumerate(zones, start=1)}
        self._told_s: dict[str, float] = {}

    def tell(self, presence: Presence, now: Moment) -> Iterator[TagsHeard]:
        """Give what is to be told of the zone that waits longest, if one is due."""
        zone = min(self._due_s, key=self._due_s.__getitem__, default=None)
        if zone is None or now.at_s < self._due_s[zone]:
            return
        since_s = self._told_s.get(zone, float("-inf"))
        self._due_s[zone], self._told_s[zone] = now.at_s + EVERY_S, now.at_s
        tags = list_still_heard(self._field, presence, zone, since_s)
        heard = sorted(tags, key=attrgetter("reader_id", "epc"))
        for reader, its in groupby(heard, key=attrgetter("reader_id")):
            yield from _messages(zone, reader, list(its), now)


def _messages(
    zone: str, reader: str, tags: Sequence[StillHeard], now: Moment
) -> Iterator[TagsHeard]:
    for begin in range(0, len(tags), MOST_STILL_HEARD):
        some = tags[begin : begin + MOST_STILL_HEARD]
        yield TagsHeard(
            at=now.at,
            zone=zone,
            reader=reader,
            confidence=min(tag.confidence for tag in some),
            ages_s={tag.epc: max(0, ceil(now.at_s - tag.at_s)) for tag in some},
        )
