"""What may be asked of the steel, and in which order a request can change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from config.geometry import segments_of
from config.room import Room
from controller.shelving.model import LedgerStatus
from drivers.messages import Verb

_RANK: Mapping[LedgerStatus, int] = MappingProxyType(
    {
        "asked": 0,
        "unanswered": 1,
        "accepted": 2,
        "started": 3,
        "done": 4,
        "refused": 4,
        "failed": 4,
        "expired": 4,
    }
)


def moves_on(now: LedgerStatus, then: LedgerStatus) -> bool:
    """Say whether a request goes from `now` to `then`; what is over stays as it ended."""
    return _RANK[then] > _RANK[now]


def place_of(status: LedgerStatus) -> int:
    """Say where a step stands among the steps of a request; times come from two clocks."""
    return _RANK[status]


def find_missing(
    room: Room, verb: Verb, bank: int | None, segment: int | None, aisle: int | None
) -> str | None:
    """Name what a request lacks or names that the room does not have; `None` if all is there."""
    if bank is None:
        return None if verb == "stop" and segment is None and aisle is None else "bank"
    found = next((b for b in room.banks if b.bank == bank), None)
    if found is None:
        return "bank"
    if segment is None:
        return "segment" if verb == "open_aisle" else None
    where = next((s for s in segments_of(found) if s.segment == segment), None)
    if where is None:
        return "segment"
    if aisle is None:
        return "aisle" if verb == "open_aisle" else None
    return None if aisle in where.aisles else "aisle"
