"""Who is told of alarms: the list, and the secret that signs what a webhook gets."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import uuid4

from pydantic import JsonValue
from sqlmodel import col, select

from controller.alarms.model import Channel, Letter, Recipient, Told
from controller.alarms.reading import told_from
from controller.alarms.tables import MessageRow, RecipientRow
from controller.audit import store as audit
from controller.store.engine import ReadSession, WriteSession
from controller.store.secrets import Keys

_SECRET_BYTES = 32


class RecipientTaken(Exception):
    """That address is told already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecipient:
    """Somebody to be told."""

    name: str
    channel: Channel
    to: str
    kinds: Sequence[str]
    language: str


def list_recipients(session: ReadSession) -> list[Recipient]:
    """List who is told, each with how the last message to them went."""
    query = (
        select(RecipientRow)
        .where(col(RecipientRow.removed_at).is_(None))
        .order_by(col(RecipientRow.added_at))
    )
    return [_recipient(row, _last_told(session, row)) for row in session.exec(query)]


def add_recipient(
    session: WriteSession, keys: Keys, new: NewRecipient, *, by: str, at: datetime
) -> tuple[Recipient, str | None]:
    """Add somebody; return them and, for a webhook, the secret, shown this once.

    Raises RecipientTaken.
    """
    same = select(RecipientRow).where(
        RecipientRow.channel == new.channel,
        RecipientRow.to == new.to,
        col(RecipientRow.removed_at).is_(None),
    )
    if session.exec(same).first() is not None:
        raise RecipientTaken(new.to)
    row_id = uuid4().hex
    secret = secrets.token_urlsafe(_SECRET_BYTES) if new.channel == "webhook" else None
    row = RecipientRow(
        id=row_id,
        name=new.name,
        channel=new.channel,
        to=new.to,
        kinds=sorted(set(new.kinds)),
        language=new.language,
        secret_sealed=None if secret is None else keys.encrypt(secret, where=_where(row_id)),
        added_at=at,
    )
    session.add(row)
    session.flush()
    _tell(session, row, "alarm.recipient_added", by=by, at=at)
    return _recipient(row, None), secret


def remove_recipient(session: WriteSession, recipient_id: str, *, by: str, at: datetime) -> bool:
    """Tell somebody no more, what waits for them neither; `False` if there is no such one."""
    row = _find(session, recipient_id)
    if row is None:
        return False
    row.removed_at = at
    waiting = select(MessageRow).where(
        MessageRow.recipient_id == recipient_id, col(MessageRow.next_at).is_not(None)
    )
    for message in session.exec(waiting):
        message.next_at = None
    _tell(session, row, "alarm.recipient_removed", by=by, at=at)
    return True


def write_trial(
    session: WriteSession, keys: Keys, recipient_id: str, *, by: str, at: datetime
) -> Letter | None:
    """Write a test message to a recipient; `None` if there is no such one."""
    row = _find(session, recipient_id)
    if row is None:
        return None
    _tell(session, row, "alarm.recipient_tested", by=by, at=at)
    return Letter(
        id=uuid4().hex,
        channel=cast(Channel, row.channel),
        to=row.to,
        language=row.language,
        secret=open_secret(row, keys),
        event="test",
        alarm=None,
    )


def open_secret(row: RecipientRow, keys: Keys) -> str | None:
    """Unseal what signs a recipient's webhook."""
    if row.secret_sealed is None:
        return None
    return keys.decrypt(row.secret_sealed, where=_where(row.id))


def _find(session: ReadSession, recipient_id: str) -> RecipientRow | None:
    row = session.get(RecipientRow, recipient_id)
    return None if row is None or row.removed_at is not None else row


def _last_told(session: ReadSession, row: RecipientRow) -> Told | None:
    query = (
        select(MessageRow)
        .where(MessageRow.recipient_id == row.id, col(MessageRow.tried_at).is_not(None))
        .order_by(col(MessageRow.tried_at).desc())
        .limit(1)
    )
    message = session.exec(query).first()
    return None if message is None else told_from(message, row)


def _recipient(row: RecipientRow, last: Told | None) -> Recipient:
    return Recipient(
        id=row.id,
        name=row.name,
        channel=cast(Channel, row.channel),
        to=row.to,
        kinds=tuple(row.kinds),
        language=row.language,
        added_at=row.added_at,
        last=last,
    )


def _tell(session: WriteSession, row: RecipientRow, action: str, *, by: str, at: datetime) -> None:
    detail: dict[str, JsonValue] = {
        "name": row.name,
        "channel": row.channel,
        "kinds": list(row.kinds),
    }
    audit.append(session, at=at, actor=by, action=action, subject=row.id, detail=detail)


def _where(row_id: str) -> str:
    return f"alarm_recipients|secret|{row_id}"
