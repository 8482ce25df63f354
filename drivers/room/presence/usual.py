"""How loud an antenna usually hears the tags of its own zone: learnt while it runs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from drivers.room.presence.belief import Tag
from drivers.room.presence.field import Spot
from drivers.room.presence.tags import Tags

_USUAL_READS: Final = 1000
"""Later reads count for no less than one in so many."""
_MEASURED_READS: Final = 200
"""What calibration measured counts for so many reads."""
_FIRST_READS: Final = 30
_LIKELY: Final = 0.5


class Usual(NamedTuple):
    """How strong an antenna hears the tags of its own zone, and from how many reads we know."""

    level_dbm: float
    reads: int


def measured(spot: Spot) -> Usual | None:
    """Say what calibration found for an antenna; what it hears later is weighed with that."""
    if spot.ear is None or spot.ear.level_dbm is None:
        return None
    return Usual(spot.ear.level_dbm, _MEASURED_READS)


def followed(
    before: Usual | None, tags: Tags, zone: str, levels: Mapping[str, float | None]
) -> Usual | None:
    """Follow slowly what an antenna hears from tags that are in its zone, or likeliest there."""
    level_dbm, reads = before or Usual(0.0, 0)
    is_new = reads < _FIRST_READS
    heard = [
        level
        for epc, level in levels.items()
        if level is not None and _counts(tags.get(epc), zone, is_new=is_new)
    ]
    if not heard:
        return before
    reads = min(reads + len(heard), _USUAL_READS)
    share = min(len(heard) / reads, 1.0)
    level_dbm += share * (sum(heard) / len(heard) - level_dbm)
    return Usual(level_dbm, reads)


def _counts(tag: Tag | None, zone: str, *, is_new: bool) -> bool:
    """Say whether a tag shows how its zone sounds; a new antenna learns from likely ones too."""
    if tag is None:
        return False
    return tag.zone == zone or (is_new and tag.zone is None and tag.belief.get(zone, 0.0) > _LIKELY)
