"""Versions of limits as they were ever in force, who chose which, and the state of conditions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, Index

from controller.store.rows import Record


class LimitVersionRow(Record, table=True):
    """One version of one profile, whole; never changed, so an alarm's rule can be read for ever."""

    __tablename__ = "climate_limit_versions"

    profile_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    document: dict[str, Any] = Field(sa_type=JSON)
    origin: str
    """shipped, site (a file beside the site's) or page."""
    at: datetime
    by: str
    """Who made it: a user's id, or system for a file that was found changed."""


class LimitChoiceRow(Record, table=True):
    """Somebody chose limits for a zone; the newest row counts, an empty one ends the choice."""

    __tablename__ = "climate_limit_choices"
    __table_args__ = (Index(None, "room", "zone", "number"),)

    number: int | None = Field(default=None, primary_key=True)
    room: str
    zone: str
    profile_id: str | None = None
    at: datetime
    by: str
    reason: str


class ConditionRow(Record, table=True):
    """What the judge of one probe must not lose; written with the alarms it raised."""

    __tablename__ = "climate_conditions"

    room: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    """The probe, or `drift` for what compares the probes of the room."""
    state: dict[str, Any] = Field(sa_type=JSON)
    cursor_ms: int | None = Field(default=None, sa_type=BigInteger)
    """The newest reading that was judged."""
    profile_id: str | None = None
    version: int | None = None
    """The limits it was judged by last."""
    at: datetime
