"""What the routes of units take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from config.moments import Moment
from config.parts import Words
from drivers.messages import UnitFacts


class UnitView(BaseModel):
    """A unit of a room file, heard or not."""

    id: str
    name: Words
    driver: str
    does: str | None
    zone: str | None
    set_pct: float | None
    """What its regulator aims at."""
    dead_band_pct: float | None
    online: bool
    why_offline: str | None
    at: datetime | None
    """When the room showed it last."""
    facts: UnitFacts | None
    """How it is and why, as the room showed it last; None: it never did."""


class ContactView(BaseModel):
    """A contact of the air and what it said last."""

    device: str
    input: int
    says: str
    zone: str | None
    unit_id: str | None
    safe: bool | None
    """None: it cannot be read, or never was."""
    at: datetime | None


class UnitsView(BaseModel):
    """The units of a room and the contacts that hold them."""

    units: list[UnitView]
    contacts: list[ContactView]


class DecisionView(BaseModel):
    """A decision about a unit, or another reason for the same."""

    id: int
    at: datetime
    does: str | None
    zone: str | None
    wanted: bool
    on: bool | None
    why: str
    detail: dict[str, JsonValue]
    by: str | None
    """Name of the person who asked for it."""


class DecisionsView(BaseModel):
    """Decisions about a unit, newest first."""

    decisions: list[DecisionView]
    more: bool


class OverrideBody(BaseModel):
    """Hold a unit on or off until a time at most."""

    model_config = ConfigDict(extra="forbid")

    on: bool
    until: Moment
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class AnsweredView(BaseModel):
    """The wish stands; `why` is the code of what the room makes of it now."""

    why: str | None
    until: str | None
    """When what holds it back ends."""
