"""How old a view, a wish or a reading may be. Everything older is asked or read again. Pure."""

from __future__ import annotations

from drivers.room.motion.events import InterlocksRead
from drivers.room.motion.segment import Limits

SHORTEST_TTL_S = 0.1
"""The resolution of the controller's ttl."""


def is_view_stale(limits: Limits, at_s: float, ttl_s: float, seen_at_s: float | None) -> bool:
    """Say whether a person looked too long ago at what they acted on, or never."""
    return seen_at_s is None or at_s > seen_at_s + min(ttl_s, limits.human_s)


def too_late(at_s: float, deadline_s: float) -> bool:
    """Say whether what was asked can no longer begin in time."""
    return at_s + SHORTEST_TTL_S > deadline_s


def taken_at_s(event: InterlocksRead) -> float:
    """Say when the older part of a reading was taken."""
    return min(event.bank.at_s, event.steel.at_s)


def is_stale(limits: Limits, event: InterlocksRead, asked_at_s: float) -> bool:
    """Say whether interlocks were read before the request, or too long before the write."""
    taken = taken_at_s(event)
    return taken < asked_at_s or event.at_s - taken > limits.fresh_s
