"""Which tags of a zone are heard as before: nothing to decide, only when they were seen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from drivers.room.presence.belief import SURE, Tag
from drivers.room.presence.field import Field
from drivers.room.presence.step import Presence


class StillHeard(NamedTuple):
    """A tag that is where it was."""

    epc: str
    reader_id: str
    """Whose antenna heard it last."""
    confidence: float
    at_s: float
    """When it was last heard there."""


def list_still_heard(
    field: Field, presence: Presence, zone: str, since_s: float
) -> Sequence[StillHeard]:
    """List the tags surely in a zone that were heard there after a time."""
    found = []
    for epc in presence.candidates.get(zone, ()):
        tag = presence.tags[epc]
        if tag.zone != zone or tag.heard_at_s is None or tag.heard_at_s <= since_s:
            continue
        confidence = tag.belief[zone]
        reader_id = _hearer(field, tag)
        if confidence >= SURE and reader_id is not None:
            found.append(StillHeard(epc, reader_id, min(confidence, 1.0), tag.heard_at_s))
    return found


def _hearer(field: Field, tag: Tag) -> str | None:
    """Name the reader whose antenna in the tag's zone has missed it least."""
    missed = {
        antenna: trace.missed
        for antenna, trace in tag.traces.items()
        if antenna in field.spots and field.spots[antenna].zone.name == tag.zone
    }
    return min(missed, key=missed.__getitem__)[0] if missed else None
