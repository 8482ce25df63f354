"""How what is under way ends. Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers.messages import RequestStatus
from drivers.room.motion.commands import Answer, Command
from drivers.room.motion.segment import Segment

Step = tuple[Segment, tuple[Command, ...]]


def end_drive(segment: Segment, status: RequestStatus, code: str | None) -> Step:
    """End the motion under way and tell its asker; what was given up may yet arrive."""
    drive = segment.drive
    if drive is None:
        return segment, ()
    answer = Answer(request_id=drive.asked.request_id, status=status, code=code)
    return replace(forget_drive(segment), given_up=_given_up(segment, status)), (answer,)


def forget_drive(segment: Segment) -> Segment:
    """Nothing is under way any more; remember when the last order went out."""
    drive = segment.drive
    ordered_at_s = segment.ordered_at_s if drive is None else drive.written_at_s
    return replace(segment, drive=None, ordered_at_s=ordered_at_s)


def drop_pending(segment: Segment, request_id: str | None, code: str) -> Step:
    """Refuse what waits for its interlocks, if it is the one meant."""
    pending = segment.pending
    if pending is None or request_id not in (None, pending.request_id):
        return segment, ()
    answer = Answer(request_id=pending.request_id, status="refused", code=code)
    return replace(segment, pending=None), (answer,)


def _given_up(segment: Segment, status: RequestStatus) -> int | None:
    drive = segment.drive
    return drive.seq if drive is not None and status == "failed" else segment.given_up
