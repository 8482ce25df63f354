"""Locks and sleep: who may lift a lock, and what locked or sleeping steel answers. Pure.

A lock that we did not set may stand for a person in the aisle, so only our own is ever lifted: by
who set it, or by another named person at the bank's page, who can look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drivers.messages import Actor, Origin
from drivers.readings import LockState, SegmentReading, SleepState
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.gaps import is_there
from drivers.room.motion.people import is_same_person
from drivers.room.motion.segment import Asked, OwnLock, Segment


def object_to_locks(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """Locked or sleeping steel is not moved; unlocking and waking are wishes of their own.

    A program passes by a segment that stands as it wants it: parked in the evening, it is closed.
    """
    steel = segment.steel
    if steel is None or (asked.origin == "program" and is_there(segment.limits, asked, steel)):
        return
    match steel.lock:
        case LockState.LOCKED if segment.own_lock is not None:
            yield objection("lock", "locked", holder=segment.own_lock.actor.name)
        case LockState.LOCKED:
            yield objection("lock", "locked_at_steel")
        case LockState.UNKNOWN:
            yield objection("lock", "lock_unknown")
    match steel.sleep:  # None is not reported at all: then nobody can wait for it
        case SleepState.ASLEEP:
            yield objection("sleep", "asleep")
        case SleepState.UNKNOWN:
            yield objection("sleep", "sleep_unknown")


def object_to_lifting(segment: Segment, actor: Actor, origin: Origin) -> Finding | None:
    """Say why this person may not lift the lock from where they are."""
    own = segment.own_lock
    if own is None:
        return objection("lock", "locked_at_steel")
    if origin == "bank_page":
        return None
    if not is_same_person(own.actor, actor):
        return objection("lock", "locked_by_other", holder=own.actor.name)
    return None if own.watched else objection("lock", "unlock_at_bank", holder=own.actor.name)


def watch_lock(segment: Segment, steel: SegmentReading) -> Segment:
    """Forget our lock when somebody lifted it; doubt it when it cannot be seen."""
    own = segment.own_lock
    if own is None or steel.lock is LockState.LOCKED:
        return segment
    if steel.lock is LockState.UNLOCKED:
        return replace(segment, own_lock=None)
    return doubt_lock(segment)


def doubt_lock(segment: Segment) -> Segment:
    """Nobody saw our lock for a while: it may be somebody else's by now."""
    own = segment.own_lock
    return segment if own is None else replace(segment, own_lock=replace(own, watched=False))


def own_lock_after(segment: Segment, actor: Actor, at_s: float, *, locked: bool) -> Segment:
    """Take note of a lock that the controller set or lifted for us."""
    own = OwnLock(actor=actor, since_s=at_s) if locked else None
    return replace(segment, own_lock=own)
