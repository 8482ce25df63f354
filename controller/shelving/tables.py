"""Rows of the request ledger: what was asked of the steel, by whom, and each step it took."""

from datetime import datetime

from sqlmodel import Field, Index

from controller.store.rows import Record


class MotionRequestRow(Record, table=True):
    """One request for motion, made through the archive or at the bank itself."""

    __tablename__ = "motion_requests"
    __table_args__ = (Index(None, "room", "asked_at"),)

    id: str = Field(primary_key=True)
    room: str
    verb: str
    bank: int
    segment: int | None = None
    aisle: int | None = None
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
