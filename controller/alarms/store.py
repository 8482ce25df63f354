"""Raises, acknowledges and clears alarms. Each step writes what to tell in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import cast
from uuid import uuid4

from sqlmodel import col, or_, select

from controller.alarms.kinds import DEVICE_DOWN, KINDS, LONGEST_DELAY_S
from controller.alarms.model import (
    Acknowledgement,
    Alarm,
    Channel,
    Clear,
    Priority,
    Raise,
    Signal,
    Step,
    Told,
)
from controller.alarms.rules import signals_of, wants
from controller.alarms.tables import AlarmRow, MessageRow, RecipientRow
from controller.audit import store as audit
from controller.context import Context
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from drivers.messages import Event


class AlreadyAcknowledged(Exception):
    """Somebody has taken note of the alarm before."""

    def __init__(self, acknowledged: Acknowledgement) -> None:
        super().__init__(acknowledged.by)
        self.acknowledged = acknowledged


def apply_many(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Take what a room tells, as far as it raises or clears alarms."""
    signals = [signal for event in events for signal in signals_of(agent, event)]
    return apply_signals(session, signals, now=context.clock.now())


def apply_signals(
    session: WriteSession, signals: Iterable[Signal], *, now: datetime
) -> list[LiveChange]:
    """Raise and clear; a cause that is known already, and one that is gone, change nothing."""
    changes: list[LiveChange] = []
    for signal in signals:
        match signal:
            case Raise():
                changes += _note_cause(session, signal, now)
            case Clear():
                changes += _clear(session, signal, now)
        session.flush()
    return changes


def raise_due(session: WriteSession, *, now: datetime) -> list[LiveChange]:
    """Raise what has lasted long enough."""
    too_far = now + timedelta(seconds=LONGEST_DELAY_S)  # dated by a clock that was set back since
    query = select(AlarmRow).where(
        col(AlarmRow.raised_at).is_(None), or_(AlarmRow.due_at <= now, AlarmRow.due_at > too_far)
    )
    return [_raise(session, row, now) for row in session.exec(query).all()]


def has_waiting(session: ReadSession) -> bool:
    """Say whether a cause waits to become an alarm."""
    query = select(AlarmRow.id).where(col(AlarmRow.raised_at).is_(None)).limit(1)
    return session.exec(query).first() is not None


def wait_anew(session: WriteSession, *, now: datetime) -> None:
    """After a start, give every cause its whole delay again: it may have ended unheard."""
    query = select(AlarmRow).where(col(AlarmRow.raised_at).is_(None))
    for row in session.exec(query):
        row.due_at = max(row.due_at, now + timedelta(seconds=KINDS[row.kind].delay_s))


def clear_gone(
    session: WriteSession, devices: Mapping[str, Set[str]], *, now: datetime
) -> list[LiveChange]:
    """Clear what no room can clear any more: its device, or the room itself, left the site.

    `devices` names those of every room.
    """
    changes: list[LiveChange] = []
    for row in session.exec(select(AlarmRow).where(col(AlarmRow.cleared_at).is_(None))).all():
        has_room = row.room in devices
        if has_room and (row.kind != DEVICE_DOWN or row.key in devices[row.room]):
            continue
        changes += _clear(session, Clear(kind=row.kind, room=row.room, key=row.key), now)
    session.flush()
    return changes


def acknowledge(
    session: WriteSession, alarm_id: str, *, by: str, name: str, comment: str, at: datetime
) -> list[LiveChange] | None:
    """Note who took note; `None` if there is no such alarm. Raises AlreadyAcknowledged."""
    row = session.get(AlarmRow, alarm_id, with_for_update=True)
    if row is None or row.raised_at is None:
        return None
    before = _acknowledgement(row)
    if before is not None:
        raise AlreadyAcknowledged(before)
    row.acknowledged_at, row.acknowledged_by, row.acknowledged_name = at, by, name
    row.comment = comment
    audit.append(
        session,
        at=at,
        actor=by,
        action="alarm.acknowledged",
        subject=row.subject,
        detail={"alarm": row.id, "kind": row.kind, "comment": comment},
    )
    changes = [_change(row, "acknowledged")]
    if row.cleared_at is None and KINDS[row.kind].ends_when_acknowledged:
        changes.append(_end(session, row, at))
    session.flush()
    return changes


def find_alarm(session: ReadSession, alarm_id: str) -> Alarm | None:
    """Find a raised alarm."""
    row = session.get(AlarmRow, alarm_id)
    if row is None or row.raised_at is None:
        return None
    return _alarms(session, [row])[0]


def list_alarms(
    session: ReadSession, *, room: str | None = None, open_only: bool, limit: int
) -> list[Alarm]:
    """List alarms, newest first. An open one has not been cleared or not been acknowledged."""
    query = (
        select(AlarmRow)
        .where(col(AlarmRow.raised_at).is_not(None))
        .order_by(col(AlarmRow.raised_at).desc(), col(AlarmRow.id))
        .limit(limit)
    )
    if room is not None:
        query = query.where(AlarmRow.room == room)
    if open_only:
        query = query.where(
            or_(col(AlarmRow.cleared_at).is_(None), col(AlarmRow.acknowledged_at).is_(None))
        )
    return _alarms(session, session.exec(query).all())


def told_from(message: MessageRow, recipient: RecipientRow) -> Told:
    """Say how a message went."""
    ok = True if message.sent_at is not None else (False if message.attempts else None)
    return Told(
        recipient=recipient.name,
        channel=cast(Channel, recipient.channel),
        step=cast(Step, message.step),
        at=message.sent_at or message.tried_at,
        ok=ok,
        error=None if ok else message.error,
        attempts=message.attempts,
    )


def _note_cause(session: WriteSession, signal: Raise, now: datetime) -> list[LiveChange]:
    if _active(session, signal.kind, signal.room, key=signal.key):
        return []
    kind = KINDS[signal.kind]
    row = AlarmRow(
        id=uuid4().hex,
        kind=kind.code,
        room=signal.room,
        key=signal.key,
        subject=signal.subject,
        params=dict(signal.params),
        priority=kind.priority,
        since=signal.since,
        due_at=min(signal.since, now) + timedelta(seconds=kind.delay_s),
    )
    session.add(row)
    session.flush()
    return [] if kind.delay_s else [_raise(session, row, now)]


def _clear(session: WriteSession, signal: Clear, now: datetime) -> list[LiveChange]:
    changes = []
    found = _active(session, signal.kind, signal.room, key=signal.key, prefix=signal.prefix)
    for row in found:
        if row.raised_at is None:
            session.delete(row)
        else:
            changes.append(_end(session, row, now))
    return changes


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


def _raise(session: WriteSession, row: AlarmRow, now: datetime) -> LiveChange:
    row.raised_at = now
    _write_messages(session, row, "raised", now)
    return _change(row, "raised")


def _end(session: WriteSession, row: AlarmRow, now: datetime) -> LiveChange:
    row.cleared_at = now
    _write_messages(session, row, "cleared", now)
    return _change(row, "cleared")


def _write_messages(session: WriteSession, row: AlarmRow, step: Step, now: datetime) -> None:
    """Write one message per recipient; whoever was never told of the alarm is not told its end."""
    query = select(RecipientRow).where(col(RecipientRow.removed_at).is_(None))
    recipients = [each for each in session.exec(query) if wants(each.kinds, row.kind)]
    if step == "cleared":
        told = set(
            session.exec(select(MessageRow.recipient_id).where(MessageRow.alarm_id == row.id))
        )
        recipients = [each for each in recipients if each.id in told]
    for recipient in sorted(recipients, key=lambda each: each.added_at):
        session.add(
            MessageRow(
                alarm_id=row.id, recipient_id=recipient.id, step=step, written_at=now, next_at=now
            )
        )
    session.flush()


def _alarms(session: ReadSession, rows: Sequence[AlarmRow]) -> list[Alarm]:
    told: dict[str, list[Told]] = {row.id: [] for row in rows}
    query = (
        select(MessageRow, RecipientRow)
        .join(RecipientRow, col(RecipientRow.id) == col(MessageRow.recipient_id))
        .where(col(MessageRow.alarm_id).in_(told))
        .order_by(col(MessageRow.number))
    )
    for message, recipient in session.exec(query):
        told[message.alarm_id].append(told_from(message, recipient))
    return [_alarm(row, told[row.id]) for row in rows]


def _alarm(row: AlarmRow, told: Sequence[Told]) -> Alarm:
    assert row.raised_at is not None
    return Alarm(
        id=row.id,
        kind=row.kind,
        room=row.room,
        subject=row.subject,
        params=cast(Mapping[str, str | int | None], row.params),
        priority=cast(Priority, row.priority),
        since=row.since,
        raised_at=row.raised_at,
        acknowledged=_acknowledgement(row),
        cleared_at=row.cleared_at,
        told=tuple(told),
    )


def _acknowledgement(row: AlarmRow) -> Acknowledgement | None:
    if row.acknowledged_at is None:
        return None
    return Acknowledgement(
        by=row.acknowledged_name or "", at=row.acknowledged_at, comment=row.comment or ""
    )


def _change(row: AlarmRow, state: str) -> LiveChange:
    body = {
        "id": row.id,
        "kind": row.kind,
        "room": row.room,
        "subject": row.subject,
        "priority": row.priority,
        "state": state,
    }
    return LiveChange(kind="alarm", key=row.id, body=body)
