"""Motion of ours that nobody waits for any more is stopped: late, repeated, or led astray. Pure.

A controller that numbers its commands does nothing twice and says whether it moves by one of them:
then it is one that we gave up, or that the agent before us sent. One that does not number may carry
out an old command again as long as a copy of it may be on the way, and nothing in its readings
tells such motion from any other.
"""

from __future__ import annotations

from drivers.ports import Guarantee
from drivers.readings import CommandResult, SegmentReading, SteelState
from drivers.room.motion.segment import Segment
from drivers.serials import is_newer

_UNDER_WAY = (CommandResult.ACCEPTED, CommandResult.STARTED)
_NOT_OBEYED = (CommandResult.REFUSED, CommandResult.EXPIRED)
"""It moves although the newest command was not obeyed, so by one before that."""


def is_late(segment: Segment, steel: SegmentReading, at_s: float) -> bool:
    """Say whether the steel moves by a command of ours that is over."""
    if segment.drive is not None or steel.state is not SteelState.MOVING:
        return False
    if segment.mode in ("fire", "maintenance"):
        return False
    ordered_at_s = segment.ordered_at_s
    lately = ordered_at_s is not None and at_s - ordered_at_s <= segment.limits.late_s
    if segment.limits.guarantee is not Guarantee.FENCED:
        return lately
    if _has_newer_master(segment, steel):
        return False
    return steel.last_result in _UNDER_WAY or (lately and steel.last_result in _NOT_OBEYED)


def newest_seq(segment: Segment, steel: SegmentReading) -> int:
    """Say which number the next one has to be newer than: what was given up may yet arrive."""
    given_up = segment.given_up
    unseen = given_up is not None and is_newer(given_up, steel.last_seq)
    return given_up if given_up is not None and unseen else steel.last_seq


def is_astray(segment: Segment, steel: SegmentReading) -> bool:
    """Say whether an unnumbered command other than the newest leads the steel elsewhere."""
    drive, target = segment.drive, steel.target_aisle
    if drive is None or segment.limits.guarantee is Guarantee.FENCED:
        return False
    known = drive.aisle is not None and target is not None
    return steel.state is SteelState.MOVING and known and target != drive.aisle


def _has_newer_master(segment: Segment, steel: SegmentReading) -> bool:
    return segment.epoch is not None and is_newer(steel.last_epoch, segment.epoch)
