"""Rows of the link: how far each room's outbox is stored, and what could not be read."""

from datetime import datetime

from sqlmodel import Field

from controller.store.rows import Record


class InboxRow(Record, table=True):
    """How much of an outbox is stored.

    Events are taken in order only, so the highest number stands for every key
    (agent, outbox, seq) up to it.
    """

    __tablename__ = "inboxes"

    agent: str = Field(primary_key=True)
    outbox: str = Field(primary_key=True)
    stored_seq: int
    first_at: datetime
    last_at: datetime


class QuarantinedEventRow(Record, table=True):
    """Something a room sent that could not be read or applied, as it came."""

    __tablename__ = "quarantined_events"

    digest: str = Field(primary_key=True)
    agent: str = Field(index=True)
    outbox: str
    seq: int | None
    at: datetime
    why: str
    raw: str
