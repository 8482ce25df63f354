"""Rows of circulation: one checkout each, open until something is taken back."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, Index

from controller.store.rows import Record

_OPEN = text("returned_at IS NULL")


class CheckoutRow(Record, table=True):
    """A box or file handed over to a person. An item has one open checkout at most."""

    __tablename__ = "checkouts"
    __table_args__ = (
        Index(
            "uq_checkouts_open_item",
            "item_kind",
            "item_code",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: str = Field(primary_key=True)
    item_kind: str
    item_code: str = Field(index=True)
    box_code: str = Field(foreign_key="boxes.code", index=True)
    person: str
    purpose: str
    handed_by: str
    handed_at: datetime = Field(index=True)
    returned_at: datetime | None = None
    returned_by: str | None = None
    returned_to: str | None = None
