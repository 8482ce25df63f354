"""Rows of readers: what passed a door, with the reads that show it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, text
from sqlmodel import Field, Index

from controller.store.rows import Record

READS_TO_LET_GO = text("NOT alarmed AND CAST(reads AS TEXT) <> '[]'")
"""Whose reads are no evidence of an alarm and still kept; emptied ones leave the index."""


class PassageRow(Record, table=True):
    """A tag at a door, as the room told it. `item_*` is what bore the tag when it was told.

    `reads` of a passage without alarm are let go after a time; the rest of the row stays.
    """

    __tablename__ = "passages"
    __table_args__ = (
        Index(None, "room", "id"),
        Index(
            "ix_passages_with_reads",
            "at",
            sqlite_where=READS_TO_LET_GO,
            postgresql_where=READS_TO_LET_GO,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    room: str
    door: str
    at: datetime
    first_at: datetime
    last_at: datetime
    epc: str = Field(index=True)
    reader: str
    direction: str
    confidence: float
    item_kind: str | None = None
    item_code: str | None = None
    known: bool
    allowed: bool
    alarmed: bool
    loans_age_s: float | None = None
    reads: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
