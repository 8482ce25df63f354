"""A column that must not move, in a person's name, whoever asks for motion. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drivers.room.motion.commands import Answer, Command, ReportConfirmed
from drivers.room.motion.events import LockOutAsked
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.gaps import moved_columns
from drivers.room.motion.people import is_same_person
from drivers.room.motion.segment import Asked, Limits, LockOut, Moving, Segment

Step = tuple[Segment, tuple[Command, ...]]


def object_to_lock_outs(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """No journey moves a column that is locked out."""
    if not segment.lock_outs:
        return
    moved = moved_columns(segment, asked)
    for lock_out in segment.lock_outs:
        if lock_out.column in moved:
            yield objection(
                "lock_out", "column_locked_out", column=lock_out.column, by=lock_out.actor.name
            )


def ask_lock_out(segment: Segment, event: LockOutAsked) -> Step:
    """Lock a column out, or lift that: by who set it from anywhere, by others at the bank only."""
    known = next((each for each in segment.lock_outs if each.column == event.column), None)
    code = _refusal(segment, event, known)
    if code is not None:
        return segment, (_refused(event, code, known),)
    done = Answer(request_id=event.request_id, status="done")
    if event.verb == "lock_out":
        return (segment if known is not None else _set(segment, event)), (done,)
    others = tuple(each for each in segment.lock_outs if each.column != event.column)
    segment = replace(segment, lock_outs=others)
    if known is not None and is_same_person(known.actor, event.actor):
        return segment, (done,)
    return segment, (ReportConfirmed(event.actor, "lock_out_lifted"), done)


def columns_of(limits: Limits) -> range:
    """Name the movable columns of a segment."""
    return range(limits.first_column, limits.first_column + limits.aisles - 1)


def _refusal(segment: Segment, event: LockOutAsked, known: LockOut | None) -> str | None:
    by_other = known is not None and not is_same_person(known.actor, event.actor)
    if event.column not in columns_of(segment.limits):
        return "no_such_column"
    if event.verb == "lock_out":
        if by_other:
            return "column_locked_out"
        return "already_moving" if isinstance(segment.phase, Moving) else None
    if known is None:
        return "not_locked_out"
    return "column_locked_out" if by_other and event.origin != "bank_page" else None


def _set(segment: Segment, event: LockOutAsked) -> Segment:
    lock_out = LockOut(
        column=event.column, actor=event.actor, since_s=event.at_s, reason=event.reason
    )
    together = sorted((*segment.lock_outs, lock_out), key=lambda each: each.column)
    return replace(segment, lock_outs=tuple(together))


def _refused(event: LockOutAsked, code: str, known: LockOut | None) -> Answer:
    detail: dict[str, str | int | float] = {"column": event.column}
    if known is not None:
        detail["by"] = known.actor.name
    return Answer(request_id=event.request_id, status="refused", code=code, detail=detail)
