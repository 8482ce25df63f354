"""What is kept of a segment over a restart, as the file has it; times are wall times there. Pure.

A file of an older version is read as well: what it lacks was not known then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from drivers.messages import Actor
from drivers.room import motion
from drivers.room.motion import Faulted, Limits, Segment, Unknown
from drivers.room.picture import Moment


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Fault(_Part):
    """A fault nobody confirmed yet."""

    why: str
    latched: bool
    code: str = ""
    reset_count: int | None
    reset: bool
    walk: bool = False
    trip_id: str = ""
    raw: str = ""
    since: AwareDatetime | None = None
    request_id: str | None = None


class Hold(_Part):
    """Who holds an aisle, and to whom it is offered."""

    aisle: int
    actor: Actor
    since: AwareDatetime
    offered_to: Actor | None = None


class LockOut(_Part):
    """A column that must not move."""

    column: int
    actor: Actor
    since: AwareDatetime
    reason: str = ""


class OwnLock(_Part):
    """A lock at the controller that this program set, or was about to set."""

    actor: Actor
    since: AwareDatetime


class Kept(_Part):
    """All that is kept of one segment."""

    fault: Fault | None = None
    hold: Hold | None = None
    """Written by older versions, which knew one at most."""
    holds: tuple[Hold, ...] = ()
    lock_outs: tuple[LockOut, ...] = ()
    own_lock: OwnLock | None = None
    reset_count: int | None = None

    @property
    def promises(self) -> tuple[tuple[LockOut, ...], OwnLock | None]:
        """What must be on disk before anybody is told that it is so."""
        return self.lock_outs, self.own_lock


NOTHING = Kept()
_T = TypeVar("_T", Fault, Hold, LockOut, OwnLock)


def keep(segment: Segment, before: Kept, now: Moment) -> Kept:
    """Say what is worth keeping; what has not changed keeps its time to the microsecond."""
    phase = segment.phase
    fault = _fault_of(phase, now) if isinstance(phase, Faulted) else None
    holds = (
        Hold(
            aisle=hold.aisle,
            actor=hold.actor,
            since=now.when(hold.since_s),
            offered_to=hold.offered_to,
        )
        for hold in segment.holds
    )
    lock_outs = (
        LockOut(
            column=each.column,
            actor=each.actor,
            since=now.when(each.since_s),
            reason=each.reason,
        )
        for each in segment.lock_outs
    )
    lock = _lock_of(segment, now)
    return Kept(
        fault=fault and _steady(fault, [before.fault]),
        holds=tuple(_steady(hold, before.holds) for hold in holds),
        lock_outs=tuple(_steady(each, before.lock_outs) for each in lock_outs),
        own_lock=lock and _steady(lock, [before.own_lock]),
        reset_count=segment.reset_count,
    )


def recall(kept: Kept, limits: Limits, *, life: str, now: Moment) -> Segment:
    """Begin a segment with what is known of it from before.

    When steel was last told to move is not kept: a clock on the wall that was set in between would
    tell an order of this moment for an old one. Every start counts as just after an order.
    """
    holds = kept.holds or (() if kept.hold is None else (kept.hold,))
    fault = kept.fault
    return Segment(
        limits=limits,
        life=life,
        phase=Unknown("never_read") if fault is None else _recall_fault(fault, life, now),
        holds=tuple(
            motion.Hold(
                aisle=hold.aisle,
                actor=hold.actor,
                since_s=now.tell(hold.since),
                offered_to=hold.offered_to,
            )
            for hold in holds
        ),
        lock_outs=tuple(
            motion.LockOut(
                column=each.column,
                actor=each.actor,
                since_s=now.tell(each.since),
                reason=each.reason,
            )
            for each in kept.lock_outs
        ),
        own_lock=_recall_lock(kept.own_lock, now),
        reset_count=kept.reset_count,
    )


def _fault_of(phase: Faulted, now: Moment) -> Fault:
    return Fault(
        why=phase.why,
        latched=phase.latched,
        code=phase.code,
        reset_count=phase.reset_count,
        reset=phase.reset,
        walk=phase.walk,
        trip_id=phase.trip_id,
        raw=phase.raw,
        since=now.when(phase.since_s),
        request_id=phase.request_id,
    )


def _recall_fault(fault: Fault, life: str, now: Moment) -> Faulted:
    return Faulted(
        why=fault.why,
        latched=fault.latched,
        code=fault.code or (fault.why if fault.latched else ""),
        reset_count=fault.reset_count,
        reset=fault.reset,
        walk=fault.walk,
        trip_id=fault.trip_id or f"{life}-0",
        raw=fault.raw,
        since_s=now.at_s if fault.since is None else now.tell(fault.since),
        request_id=fault.request_id,
    )


def _lock_of(segment: Segment, now: Moment) -> OwnLock | None:
    """Keep a lock from when it is asked for, or a kill in between would make it a stranger's."""
    lock, setting = segment.own_lock, segment.setting
    if lock is not None:
        return OwnLock(actor=lock.actor, since=now.when(lock.since_s))
    if setting is not None and setting.verb == "lock" and setting.seq is not None:
        return OwnLock(actor=setting.actor, since=now.when(setting.asked_at_s))
    return None


def _recall_lock(lock: OwnLock | None, now: Moment) -> motion.OwnLock | None:
    if lock is None:
        return None
    return motion.OwnLock(actor=lock.actor, since_s=now.tell(lock.since), watched=False)


def _steady(fresh: _T, before: Iterable[_T | None]) -> _T:
    """Prefer what was kept before if only the time differs, as two clocks always do a little."""
    alike = (o for o in before if o and o.model_copy(update={"since": fresh.since}) == fresh)
    return next(alike, fresh)
