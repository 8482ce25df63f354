"""Real steel moves only once two people have tried and signed what its words mean. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.segment import Asked, Segment


def is_commissioned(segment: Segment) -> bool:
    """Say whether a signed moving test fits this bank, or the bank calls itself simulated."""
    simulated = segment.bank is not None and segment.bank.simulated
    return segment.limits.commissioned or simulated


def object_to_commissioning(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """Without a signed test a bank is read and never written."""
    if segment.linked and not is_commissioned(segment):
        yield objection("commissioning", "not_commissioned")
