"""Rows of alarms: one per occurrence, who wants to be told, and one message per person and step."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, text
from sqlmodel import Field, Index

from controller.store.rows import Record

_ACTIVE = text("cleared_at IS NULL")
_OPEN = text("cleared_at IS NULL OR acknowledged_at IS NULL")
_WAITING = text("next_at IS NOT NULL")
_IN_USE = text("removed_at IS NULL")


class AlarmRow(Record, table=True):
    """One occurrence. Before `raised_at` it is a cause that may yet go away unnoticed."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index(
            "uq_alarms_active",
            "kind",
            "room",
            "key",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index("ix_alarms_open", "raised_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "raised_at"),
    )

    id: str = Field(primary_key=True)
    kind: str
    room: str
    key: str
    subject: str
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    priority: str
    since: datetime
    due_at: datetime
    raised_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_name: str | None = None
    comment: str | None = None
    cleared_at: datetime | None = None


class RecipientRow(Record, table=True):
    """Who is told. What signs a webhook is sealed; a removed recipient stays named."""

    __tablename__ = "alarm_recipients"
    __table_args__ = (
        Index(
            "uq_alarm_recipients_in_use",
            "channel",
            "to",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
    )

    id: str = Field(primary_key=True)
    name: str
    channel: str
    to: str
    kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    language: str
    secret_sealed: bytes | None = None
    added_at: datetime
    removed_at: datetime | None = None


class MessageRow(Record, table=True):
    """The outbox: what one recipient is told of one step of an alarm, until it is sent."""

    __tablename__ = "alarm_messages"
    __table_args__ = (
        UniqueConstraint("alarm_id", "recipient_id", "step"),
        Index(
            "ix_alarm_messages_waiting",
            "recipient_id",
            "number",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index(None, "recipient_id", "tried_at"),
    )

    number: int | None = Field(default=None, primary_key=True)
    alarm_id: str = Field(foreign_key="alarms.id")
    recipient_id: str = Field(foreign_key="alarm_recipients.id")
    step: str
    written_at: datetime
    next_at: datetime | None = None
    """When it is tried next; empty once it is sent or given up."""
    attempts: int = 0
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None
