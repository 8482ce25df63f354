"""The book: rows are only added; a later note replaces an earlier one and leaves it readable."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from controller.store.rows import Record


class BookNoteRow(Record, table=True):
    """What was written of one zone at one slot."""

    __tablename__ = "book_notes"
    __table_args__ = (Index("ix_book_notes_room_day", "room", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    room: str
    day: date
    slot: str
    zone: str
    temperature_c: float | None = None
    humidity_pct: float | None = None
    by: str
    """probe or hand."""
    instrument: str
    read_at: datetime
    noted_by: str
    noted_at: datetime
    reason: str = ""


class BookSignatureRow(Record, table=True):
    """Who answers for a slot of a day."""

    __tablename__ = "book_signatures"
    __table_args__ = (UniqueConstraint("room", "day", "slot"),)

    id: int | None = Field(default=None, primary_key=True)
    room: str
    day: date
    slot: str
    by: str
    at: datetime
