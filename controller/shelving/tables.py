"""Rows of the steel: the request ledger, what the steel told, turns."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, text
from sqlmodel import Field, Index

from controller.store.rows import Record


class MotionRequestRow(Record, table=True):
    """One request, made through the archive or at the bank itself."""

    __tablename__ = "motion_requests"
    __table_args__ = (
        Index(None, "room", "asked_at"),
        Index(None, "room", "bank", "segment", "asked_at"),
    )

    id: str = Field(primary_key=True)
    room: str
    verb: str
    bank: int
    segment: int | None = None
    aisle: int | None = None
    column_no: int | None = None
    to_id: str | None = None
    to_name: str | None = None
    program: str | None = None
    reason: str | None = None
    vouched: list[str] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")}
    )
    actor_id: str
    actor_name: str
    origin: str
    purpose: str | None = None
    status: str
    code: str | None = None
    asked_at: datetime
    changed_at: datetime


class MotionStepRow(Record, table=True):
    """One step of a request; each is kept once, however often it is told."""

    __tablename__ = "motion_steps"

    request_id: str = Field(primary_key=True, foreign_key="motion_requests.id")
    status: str = Field(primary_key=True)
    code: str | None = None
    at: datetime
    detail: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class TripRow(Record, table=True):
    """A protection that tripped. The request it names may be one that never reached us."""

    __tablename__ = "trips"
    __table_args__ = (Index(None, "room", "bank", "at"),)

    id: str = Field(primary_key=True)
    room: str
    bank: int
    segment: int
    code: str
    raw: str | None = None
    at: datetime
    status: str = Field(index=True)
    request_id: str | None = None
    said: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    confirmed_by: int | None = Field(default=None, foreign_key="steel_events.id")
    """The event in which a person found the segment fit, perhaps after a later trip."""


class SteelEventRow(Record, table=True):
    """What the steel of a segment told, in the order in which it came. Rows are only added."""

    __tablename__ = "steel_events"
    __table_args__ = (Index(None, "room", "bank", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    room: str
    bank: int
    segment: int
    step: str
    at: datetime
    why: str
    raw: str | None = None
    actor_id: str | None = None
    actor_name: str | None = None
    trip_id: str | None = Field(default=None, index=True)


class ProgramStepRow(Record, table=True):
    """A step of a proposal to move banks of a room. Rows are only added."""

    __tablename__ = "program_steps"
    __table_args__ = (Index(None, "room", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    room: str
    program_id: str
    program: str
    status: str
    at: datetime
    proposed_by_id: str | None = None
    proposed_by_name: str | None = None
    started_by_id: str | None = None
    started_by_name: str | None = None
    warning_ends: datetime | None = None
    why: str | None = None
    actor_id: str | None = None
    actor_name: str | None = None


class DeviceStepRow(Record, table=True):
    """A device went away or came back. Rows are only added."""

    __tablename__ = "device_steps"
    __table_args__ = (Index(None, "room", "device", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    room: str
    device: str
    status: str
    at: datetime
    why: str | None = None


class TurnRow(Record, table=True):
    """Somebody's place in the queue for a held aisle."""

    __tablename__ = "turns"
    __table_args__ = (Index(None, "room", "asked_at"),)

    id: str = Field(primary_key=True)
    room: str
    bank: int
    segment: int
    aisle: int
    user_id: str
    user_name: str
    purpose: str | None = None
    asked_at: datetime
    status: str = Field(index=True)
    offered_until: datetime | None = None
    changed_at: datetime
