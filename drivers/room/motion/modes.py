"""The mode a segment is in, by switches, inputs and the steel. In a fire: freeze. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.readings import BankReading, Check, LockState, SegmentReading, SteelState
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.interlocks import INTERLOCKS
from drivers.room.motion.segment import Asked, Limits, Mode, Segment

_SAID = (Check.SAFE, Check.UNSAFE)


def mode_of(limits: Limits, bank: BankReading, steel: SegmentReading) -> Mode:
    """Name the mode; the one that allows least goes first."""
    says = bank.interlocks.get
    if says("fire") is Check.UNSAFE:
        return "fire"
    if says("power") is Check.UNSAFE:
        return "power_fail"
    if Check.UNSAFE in (says("maintenance_key"), says("remote_control"), says("crank")):
        return "maintenance"
    if steel.lock is LockState.LOCKED:
        return "locked"
    seen = (limits.interlocks_seen | limits.covered) & _of_the_bank()
    if any(says(name) not in _SAID for name in seen):
        return "degraded"
    return "ventilate" if steel.state is SteelState.VENTILATING else "normal"


def object_in_fire(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """In a fire the room freezes: controller and panel act, we show who holds which aisle."""
    if segment.mode == "fire":
        yield objection("mode", "fire")


def _of_the_bank() -> frozenset[str]:
    return frozenset(INTERLOCKS[: INTERLOCKS.index("entrance")])
