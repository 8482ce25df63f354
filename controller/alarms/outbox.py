"""What is still to be told, kept in the database so that nothing is lost and nothing told twice.

A message is sent at least once: should the program end between the sending and the note of it, the
same message goes out again, with the same id. Messages of one zone or one door gather for a short
while and go out as one letter, which from then on never grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from controller.alarms.model import Channel, Letter, Said, Step
from controller.alarms.reading import find_alarm
from controller.alarms.recipients import open_secret
from controller.alarms.rules import LONGEST_RETRY_S, retry_at
from controller.alarms.tables import MessageRow, RecipientRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from controller.store.secrets import Keys


def seal(session: WriteSession, *, now: datetime, together_s: float) -> None:
    """Close the letters whose gathering is over: from now on nothing is added to them."""
    gathered: dict[tuple[str, str | None], list[MessageRow]] = {}
    for message in session.exec(_gathering().order_by(col(MessageRow.number))):
        gathered.setdefault((message.recipient_id, message.together), []).append(message)
    for messages in gathered.values():
        first = messages[0]
        if _gathers_until(first, now, together_s) <= now:
            for message in messages:
                message.letter = f"{first.alarm_id}-{first.step_number}-{first.recipient_id}"
    session.flush()


def next_sealing(session: ReadSession, *, now: datetime, together_s: float) -> datetime | None:
    """Say when the next letter is to be closed; `None` if none gathers."""
    times = [_gathers_until(each, now, together_s) for each in session.exec(_gathering())]
    return min(times, default=None)


def list_due(
    session: ReadSession, keys: Keys, *, now: datetime
) -> list[tuple[tuple[int, ...], Letter]]:
    """List for each recipient the oldest letter that waits, if it is due: order is kept."""
    query = (
        select(MessageRow, RecipientRow)
        .join(RecipientRow, col(RecipientRow.id) == col(MessageRow.recipient_id))
        .where(col(MessageRow.number).in_(_firsts()), _is_due(now))
        .order_by(col(MessageRow.number))
    )
    found = []
    for first, recipient in session.exec(query):
        parts = select(MessageRow).where(
            MessageRow.letter == first.letter, col(MessageRow.next_at).is_not(None)
        )
        messages = session.exec(parts.order_by(col(MessageRow.number))).all()
        numbers = tuple(each.number for each in messages if each.number is not None)
        found.append((numbers, _letter(session, keys, messages, recipient)))
    return found


def next_due(session: ReadSession, *, now: datetime) -> datetime | None:
    """Say when the next letter is due; `None` if none waits."""
    query = select(MessageRow.next_at).where(col(MessageRow.number).in_(_firsts()))
    dues = [due for due in session.exec(query) if due is not None]
    return min((due if due <= _latest(now) else now for due in dues), default=None)


def note_sent(session: WriteSession, numbers: Sequence[int], *, now: datetime) -> list[LiveChange]:
    """Note that the messages of a letter went out."""
    rows = [session.get_one(MessageRow, number) for number in numbers]
    for row in rows:
        row.attempts += 1
        row.tried_at = row.sent_at = now
        row.next_at = row.error = None
    session.flush()
    return [_told_change(row) for row in rows]


def note_failed(
    session: WriteSession, numbers: Sequence[int], error: str, *, now: datetime
) -> list[LiveChange]:
    """Note why a letter did not go out, and when it is tried again, if ever."""
    rows = [session.get_one(MessageRow, number) for number in numbers]
    for row in rows:
        row.attempts += 1
        row.tried_at, row.error = now, error
        if row.next_at is not None:  # else the recipient has been removed meanwhile
            row.next_at = retry_at(now, row.attempts, row.written_at)
    session.flush()
    return [_told_change(row) for row in rows]


def _latest(now: datetime) -> datetime:
    """Name the latest time to which a try is put off; only a clock set back leaves later ones."""
    return now + timedelta(seconds=LONGEST_RETRY_S)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(col(MessageRow.next_at) <= now, col(MessageRow.next_at) > _latest(now))


def _firsts() -> SelectOfScalar[int | None]:
    waiting = select(func.min(MessageRow.number)).where(
        col(MessageRow.next_at).is_not(None), col(MessageRow.letter).is_not(None)
    )
    return waiting.group_by(col(MessageRow.recipient_id))


def _gathering() -> SelectOfScalar[MessageRow]:
    return select(MessageRow).where(
        col(MessageRow.letter).is_(None), col(MessageRow.next_at).is_not(None)
    )


def _gathers_until(first: MessageRow, now: datetime, together_s: float) -> datetime:
    """Say until when a letter may grow; one that a clock since set back dated ahead is closed."""
    until = first.written_at + timedelta(seconds=together_s)
    return now if until > now + timedelta(seconds=together_s) else until


def _letter(
    session: ReadSession, keys: Keys, messages: Sequence[MessageRow], recipient: RecipientRow
) -> Letter:
    said = [_said(session, message) for message in messages]
    first = messages[0]
    return Letter(
        id=first.letter or "",
        channel=cast(Channel, recipient.channel),
        to=recipient.to,
        language=recipient.language,
        secret=open_secret(recipient, keys),
        event=said[0].event,
        alarm=said[0].alarm,
        more=tuple(said[1:]),
    )


def _said(session: ReadSession, message: MessageRow) -> Said:
    alarm = find_alarm(session, message.alarm_id)
    assert alarm is not None
    return Said(event=cast(Step, message.step), alarm=alarm)


def _told_change(row: MessageRow) -> LiveChange:
    body = {"id": row.alarm_id, "state": "told"}
    return LiveChange(kind="alarm", key=f"{row.alarm_id}/told", body=body)
