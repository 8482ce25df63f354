"""What is still to be told, kept in the database so that nothing is lost and nothing told twice.

A message is sent at least once: should the program end between the sending and the note of it, the
same message goes out again, with the same id.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from controller.alarms.model import Channel, Letter, Step
from controller.alarms.recipients import open_secret
from controller.alarms.rules import LONGEST_RETRY_S, retry_at
from controller.alarms.store import find_alarm
from controller.alarms.tables import MessageRow, RecipientRow
from controller.live import LiveChange
from controller.store.engine import ReadSession, WriteSession
from controller.store.secrets import Keys


def list_due(session: ReadSession, keys: Keys, *, now: datetime) -> list[tuple[int, Letter]]:
    """List for each recipient the oldest message that waits, if it is due: order is kept."""
    query = (
        select(MessageRow, RecipientRow)
        .join(RecipientRow, col(RecipientRow.id) == col(MessageRow.recipient_id))
        .where(col(MessageRow.number).in_(_firsts()), _is_due(now))
        .order_by(col(MessageRow.number))
    )
    return [
        (message.number, _letter(session, keys, message, recipient))
        for message, recipient in session.exec(query)
        if message.number is not None
    ]


def next_due(session: ReadSession, *, now: datetime) -> datetime | None:
    """Say when the next message is due; `None` if none waits."""
    query = select(MessageRow.next_at).where(col(MessageRow.number).in_(_firsts()))
    dues = [due for due in session.exec(query) if due is not None]
    return min((due if due <= _latest(now) else now for due in dues), default=None)


def note_sent(session: WriteSession, number: int, *, now: datetime) -> LiveChange:
    """Note that a message went out."""
    row = session.get_one(MessageRow, number)
    row.attempts += 1
    row.tried_at = row.sent_at = now
    row.next_at = row.error = None
    session.flush()
    return _told_change(row)


def note_failed(session: WriteSession, number: int, error: str, *, now: datetime) -> LiveChange:
    """Note why a message did not go out, and when it is tried again, if ever."""
    row = session.get_one(MessageRow, number)
    row.attempts += 1
    row.tried_at, row.error = now, error
    if row.next_at is not None:  # else the recipient has been removed meanwhile
        row.next_at = retry_at(now, row.attempts, row.written_at)
    session.flush()
    return _told_change(row)


def _latest(now: datetime) -> datetime:
    """Name the latest time to which a try is put off; only a clock set back leaves later ones."""
    return now + timedelta(seconds=LONGEST_RETRY_S)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(col(MessageRow.next_at) <= now, col(MessageRow.next_at) > _latest(now))


def _firsts() -> SelectOfScalar[int | None]:
    waiting = select(func.min(MessageRow.number)).where(col(MessageRow.next_at).is_not(None))
    return waiting.group_by(col(MessageRow.recipient_id))


def _letter(
    session: ReadSession, keys: Keys, message: MessageRow, recipient: RecipientRow
) -> Letter:
    return Letter(
        id=f"{message.alarm_id}-{message.step}-{recipient.id}",
        channel=cast(Channel, recipient.channel),
        to=recipient.to,
        language=recipient.language,
        secret=open_secret(recipient, keys),
        event=cast(Step, message.step),
        alarm=find_alarm(session, message.alarm_id),
    )


def _told_change(row: MessageRow) -> LiveChange:
    body = {"id": row.alarm_id, "state": "told"}
    return LiveChange(kind="alarm", key=f"{row.alarm_id}/told", body=body)
