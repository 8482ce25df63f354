"""Rows of units and contacts of the air."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Index

from controller.store.rows import Record


class UnitDecisionRow(Record, table=True):
    """A decision about a unit, or another reason for the same, as the room told it."""

    __tablename__ = "unit_decisions"
    __table_args__ = (Index(None, "room", "device", "id"), Index(None, "at"))

    id: int | None = Field(default=None, primary_key=True)
    room: str
    device: str
    at: datetime
    does: str | None = None
    zone: str | None = None
    wanted: bool
    on: bool | None = None
    why: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    actor_id: str | None = None
    actor_name: str | None = None


class AirContactRow(Record, table=True):
    """What a contact of the air said last; `safe` is empty while it cannot be read."""

    __tablename__ = "air_contacts"

    room: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    input: int = Field(primary_key=True)
    says: str
    zone: str | None = None
    safe: bool | None = None
    at: datetime
