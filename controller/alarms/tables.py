"""Rows of alarms: occurrences, the steps of their lives, what holds them, who is told of a step."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, text
from sqlmodel import Field, Index

from controller.store.rows import Record

_ACTIVE = text("cleared_at IS NULL")
_OPEN = text("state <> 'NORM'")
_WAITING = text("next_at IS NOT NULL")
_GATHERING = text("letter IS NULL AND next_at IS NOT NULL")
_IN_FORCE = text("ended_at IS NULL")
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
        Index("ix_alarms_next", "next_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
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
    state: str = "NORM"
    """By ISA-18.2, see life.py."""
    rule_id: str | None = None
    rule_version: int | None = None
    zone: str | None = None
    latched: bool = False
    returned_at: datetime | None = None
    """Of a latched one: when its cause was gone, while it waits to be reset."""
    announced_at: datetime | None = None
    """Since when recipients know of it without a pause; from here escalation counts."""
    told_again_at: datetime | None = None
    escalated_min: int = 0
    """After how many minutes the last step of escalation taken was due; 0: none was taken."""
    hold_id: str | None = Field(default=None, foreign_key="alarm_holds.id")
    """What holds it: a shelf, a maintenance window, being out of service."""
    cause_kind: str | None = None
    cause_key: str | None = None
    """Which other cause explains it, while one does."""
    cause_gone_at: datetime | None = None
    """When that cause ended; what it explained has a little time to end too."""
    ease_to: str | None = None
    ease_at: datetime | None = None
    """The milder priority it will have, and when."""
    assignee: str | None = None
    assignee_name: str | None = None
    next_at: datetime | None = None
    """When time alone changes something: a repetition, an escalation, an easing."""


class HoldRow(Record, table=True):
    """Why nobody is told of some alarms for a while: a shelf, a maintenance window, out of service.

    A shelf names kind and key; a window zone and kinds, where it does not mean the whole room; what
    is out of service is named by its subject.
    """

    __tablename__ = "alarm_holds"
    __table_args__ = (
        Index(
            "ix_alarm_holds_in_force",
            "room",
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: str = Field(primary_key=True)
    sort: str
    room: str
    zone: str | None = None
    kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    kind: str | None = None
    key: str | None = None
    subject: str | None = None
    begins_at: datetime
    ends_at: datetime | None = None
    reason: str
    by: str
    by_name: str
    made_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    """Who ended it; empty where its time was over."""


class StepRow(Record, table=True):
    """One step of an alarm's life, never changed: what happened, when, by whom."""

    __tablename__ = "alarm_steps"
    __table_args__ = (Index(None, "alarm_id"),)

    number: int | None = Field(default=None, primary_key=True)
    alarm_id: str = Field(foreign_key="alarms.id")
    at: datetime
    step: str
    by: str | None = None
    by_name: str | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class RemindersRow(Record, table=True):
    """Who is told next when nobody acknowledges, and how often it is said again. One row."""

    __tablename__ = "alarm_reminders"

    id: int = Field(default=1, primary_key=True)
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    repeat_min: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    changed_at: datetime
    changed_by: str


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
        UniqueConstraint("step_number", "recipient_id"),
        Index(None, "alarm_id"),
        Index(None, "letter"),
        Index(
            "ix_alarm_messages_waiting",
            "recipient_id",
            "number",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index(
            "ix_alarm_messages_gathering",
            "next_at",
            sqlite_where=_GATHERING,
            postgresql_where=_GATHERING,
        ),
        Index(None, "recipient_id", "tried_at"),
    )

    number: int | None = Field(default=None, primary_key=True)
    alarm_id: str = Field(foreign_key="alarms.id")
    recipient_id: str = Field(foreign_key="alarm_recipients.id")
    step_number: int = Field(foreign_key="alarm_steps.number")
    step: str
    together: str | None = None
    """The zone or door with whose messages it goes into one letter."""
    letter: str | None = None
    """The letter it goes with; empty while its letter may still grow."""
    written_at: datetime
    next_at: datetime | None = None
    """When it is tried next; empty once it is sent or given up."""
    attempts: int = 0
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None
