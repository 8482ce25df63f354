"""Rows of tag work. Which tag an item bears stands with the holdings, in their ledger."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, Index

from controller.store.rows import Record

_STANDING = text("undone_at IS NULL")


class HeardTagRow(Record, table=True):
    """A tag that a room hears and that belongs to nothing, until it does or somebody hides it."""

    __tablename__ = "heard_tags"
    __table_args__ = (Index(None, "room", "last_at"),)

    room: str = Field(primary_key=True)
    epc: str = Field(primary_key=True)
    zone: str
    reader: str
    confidence: float
    first_at: datetime
    last_at: datetime
    gone: bool = False
    hidden_at: datetime | None = None
    hidden_by: str | None = None
    hidden_reason: str | None = None


class TagWriteRow(Record, table=True):
    """A number we gave out for a tag. State: asked, done, failed, or unknown until it is heard.

    An item's number is given out once; the next tag of a shelf may get the number of the last.
    """

    __tablename__ = "tag_writes"

    id: str = Field(primary_key=True)
    room: str
    reader: str
    antenna: int
    epc: str = Field(index=True)
    new_epc: str = Field(index=True)
    item_kind: str
    item_code: str
    scheme: str
    locked: bool
    by: str
    by_name: str
    asked_at: datetime
    state: str
    code: str | None = None
    settled_at: datetime | None = None


class PairingRow(Record, table=True):
    """A work list: every shelf of a part of a room, to be gone along with a reader in hand."""

    __tablename__ = "pairings"

    id: str = Field(primary_key=True)
    room: str = Field(index=True)
    scope: str
    by: str
    at: datetime
    done_at: datetime | None = None


class PairingShelfRow(Record, table=True):
    """A shelf of a work list; `by` has it in hand since `since`. State: open, started, done."""

    __tablename__ = "pairing_shelves"

    pairing_id: str = Field(primary_key=True, foreign_key="pairings.id")
    address: str = Field(primary_key=True)
    position: int
    state: str
    by: str | None = None
    since: datetime | None = None
    done_at: datetime | None = None


class PairedBoxRow(Record, table=True):
    """A box that was paired on a shelf, in the order of the shelf; what it was before, to undo."""

    __tablename__ = "pairing_boxes"
    __table_args__ = (
        Index(
            "uq_pairing_boxes_standing",
            "pairing_id",
            "box_code",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index(None, "pairing_id", "address", "number"),
    )

    number: int | None = Field(default=None, primary_key=True)
    pairing_id: str = Field(foreign_key="pairings.id")
    address: str
    box_code: str
    epc: str
    by: str
    at: datetime
    before_epc: str | None = None
    before_shelf: str | None = None
    before_order_mm: int | None = None
    undone_at: datetime | None = None
