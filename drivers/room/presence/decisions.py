"""What presence tells: a box is seen, has moved, or is gone. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSeen:
    """A tag that was in no zone is in one."""

    epc: str
    zone: str
    confidence: float
    reader_id: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxMoved:
    """A tag is in another zone than before."""

    epc: str
    from_zone: str
    zone: str
    confidence: float
    reader_id: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxGone:
    """A tag has left its zone, and no antenna knows where to."""

    epc: str
    zone: str
    confidence: float
    reader_id: str
    at_s: float
    last_at_s: float | None
    """When it was last heard there; None: not since it came there, or since the room started."""


Decision = BoxSeen | BoxMoved | BoxGone
