"""Takes what raises and clears alarms, and the time that passes; writes what to tell with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from config.room import Room
from controller.alarms import holds
from controller.alarms.causes import rank
from controller.alarms.course import Course
from controller.alarms.kinds import CAUSES, DEVICE_DOWN, KINDS, LONGEST_DELAY_S
from controller.alarms.known import Known
from controller.alarms.model import Clear, Kind, Raise, Signal
from controller.alarms.rules import signals_of
from controller.alarms.scene import Scene
from controller.alarms.tables import AlarmRow
from controller.context import Context
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import Event


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take what a room tells, as far as it raises or clears alarms."""
    room = context.rooms.get(agent)
    signals = [_in_zone(signal, room) for event in events for signal in signals_of(agent, event)]
    return apply_signals(session, signals, now=context.clock.now())


def apply_signals(
    session: WriteSession, signals: Iterable[Signal], *, now: datetime
) -> list[LiveChange]:
    """Raise and clear; a cause that is known already, and one that is gone, change nothing.

    Of signals that come together, what explains others is raised before them; what it explained is
    looked at again after all of them. A raise of an open alarm with another priority changes that
    alarm's.
    """
    course = Course(session, now)
    for signal in sorted(signals, key=lambda each: rank(each.kind)):
        match signal:
            case Raise():
                _note_cause(session, course, signal, now)
            case Clear():
                _clear(session, course, signal)
        session.flush()
    if course.scene.changed:
        course.settle()
    return course.changes


def pass_time(session: WriteSession, *, now: datetime) -> list[LiveChange]:
    """Do what is due: raise what lasted, end holds, let go, escalate, say again, make milder."""
    holds.end_expired(session, now=now)
    course = Course(session, now)
    for row in session.exec(_due_to_be_raised(now)).all():
        course.raise_(row)
    course.settle()
    for row in session.exec(_due_next(now)).all():
        course.pass_time(row)
    return course.changes


def has_due(session: ReadSession, *, now: datetime) -> bool:
    """Say whether `pass_time` has something to do, or a cause waits to become an alarm."""
    if session.exec(_pending().limit(1)).first() is not None or holds.has_expired(session, now=now):
        return True
    if session.exec(_due_next(now).limit(1)).first() is not None:
        return True
    scene = Scene(session, now)
    return any(scene.differs(row) for row in session.exec(_in_course()))


def wait_anew(session: WriteSession, *, now: datetime) -> None:
    """After a start, give every cause its whole delay again: it may have ended unheard."""
    for row in session.exec(_pending()):
        row.due_at = max(row.due_at, now + timedelta(seconds=KINDS[row.kind].delay_s))
    replan(session, now=now)


def replan(session: WriteSession, *, now: datetime) -> None:
    """Plan anew what time alone will change, after the reminders were changed."""
    course = Course(session, now)
    for row in session.exec(_in_course()).all():
        course.plan(row)


def clear_gone(
    session: WriteSession, rooms: Mapping[str, Known], *, now: datetime
) -> list[LiveChange]:
    """Clear what no room can clear any more: what it is about, or the room, left the site."""
    gone = [
        Clear(kind=row.kind, room=row.room, key=row.key)
        for row in session.exec(select(AlarmRow).where(col(AlarmRow.cleared_at).is_(None)))
        if row.room not in rooms or rooms[row.room].has_lost(row.kind, row.key, row.params)
    ]
    return apply_signals(session, gone, now=now)


def _in_zone(signal: Signal, room: Room | None) -> Signal:
    """What is away and measures or serves the air of a zone concerns that zone."""
    if room is None or not isinstance(signal, Raise) or signal.kind != DEVICE_DOWN:
        return signal
    return replace(signal, zone=room.zone_of_device(signal.key))


def _note_cause(session: WriteSession, course: Course, signal: Raise, now: datetime) -> None:
    known = _active(session, signal.kind, signal.room, key=signal.key)
    if known:
        row = known[0]
        course.come_back(row)
        if row.raised_at is not None:
            course.grade(row, signal)
        elif signal.priority is not None:
            row.priority = signal.priority
        return
    row = _new_row(signal, now)
    session.add(row)
    session.flush()
    course.scene.note(row)
    if row.kind not in CAUSES and not KINDS[row.kind].delay_s:
        course.raise_(row)


def _new_row(signal: Raise, now: datetime) -> AlarmRow:
    kind = KINDS.get(signal.kind)
    if kind is None and signal.kind not in CAUSES:
        raise ValueError(f"{signal.kind!r} is no kind of alarm; controller/alarms/kinds.py has all")
    return AlarmRow(
        id=uuid4().hex,
        kind=signal.kind,
        room=signal.room,
        key=signal.key,
        subject=signal.subject,
        params=dict(signal.params),
        priority=signal.priority or ("low" if kind is None else kind.priority),
        since=signal.since,
        due_at=min(signal.since, now) + timedelta(seconds=0 if kind is None else kind.delay_s),
        rule_id=signal.kind if signal.rule is None else signal.rule,
        rule_version=_version(kind) if signal.rule is None else signal.rule_version,
        zone=signal.zone,
        latched=signal.latched,
    )


def _version(kind: Kind | None) -> int:
    return 1 if kind is None else kind.version


def _clear(session: WriteSession, course: Course, signal: Clear) -> None:
    for row in _active(session, signal.kind, signal.room, key=signal.key, prefix=signal.prefix):
        if row.raised_at is None:
            course.scene.forget(row)
            session.delete(row)
        else:
            course.clear(row)


def _active(
    session: WriteSession,
    kind: str,
    room: str,
    *,
    key: str | None = None,
    prefix: str | None = None,
) -> Sequence[AlarmRow]:
    query = select(AlarmRow).where(
        AlarmRow.kind == kind, AlarmRow.room == room, col(AlarmRow.cleared_at).is_(None)
    )
    if key is not None:
        query = query.where(AlarmRow.key == key)
    if prefix is not None:
        query = query.where(col(AlarmRow.key).startswith(prefix, autoescape=True))
    return session.exec(query.order_by(col(AlarmRow.since))).all()


def _pending() -> SelectOfScalar[AlarmRow]:
    return select(AlarmRow).where(
        col(AlarmRow.raised_at).is_(None), col(AlarmRow.kind).not_in(CAUSES)
    )


def _due_to_be_raised(now: datetime) -> SelectOfScalar[AlarmRow]:
    too_far = now + timedelta(seconds=LONGEST_DELAY_S)  # dated by a clock that was set back since
    due = _pending().where(or_(AlarmRow.due_at <= now, AlarmRow.due_at > too_far))
    return due.order_by(col(AlarmRow.due_at), col(AlarmRow.id))


def _due_next(now: datetime) -> SelectOfScalar[AlarmRow]:
    set_back = col(AlarmRow.announced_at) > now + timedelta(minutes=1)
    waits = col(AlarmRow.next_at).is_not(None)
    return select(AlarmRow).where(waits, or_(col(AlarmRow.next_at) <= now, set_back))


def _in_course() -> SelectOfScalar[AlarmRow]:
    return select(AlarmRow).where(
        col(AlarmRow.raised_at).is_not(None), col(AlarmRow.cleared_at).is_(None)
    )
