"""Values of the steel as the archive keeps it: requests, trips, programs, turns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from drivers.messages import Actor, Origin, Program, RequestStatus, Verb

LedgerStatus = RequestStatus | Literal["asked", "unanswered"]
"""What a room says, and before it says anything: asked, or not answered in time."""

Detail = Mapping[str, str | int | float]
"""What a room adds to its answer, such as who holds the aisle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionStep:
    """A step of a request. `code` tells why it was refused or failed."""

    status: LedgerStatus
    code: str | None
    at: datetime
    detail: Detail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionRequest:
    """A request to the steel and what became of it. Bank 0 stands for the whole room."""

    id: str
    room: str
    verb: Verb
    bank: int
    segment: int | None
    aisle: int | None
    column: int | None
    to: Actor | None
    program: Program | None
    reason: str | None
    vouched: tuple[str, ...]
    actor: Actor
    origin: Origin
    purpose: str | None
    status: LedgerStatus
    code: str | None
    asked_at: datetime
    changed_at: datetime
    steps: tuple[MotionStep, ...] = ()


SteelStep = Literal["halted", "faulted", "reset", "confirmed"]
TripStatus = Literal["open", "reset", "confirmed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SteelTold:
    """Something the steel of a segment told: it halted, tripped, was reset or confirmed fit."""

    step: SteelStep
    at: datetime
    segment: int
    why: str
    raw: str | None
    actor: Actor | None
    trip_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A protection that tripped, with everything that explains it and what followed."""

    id: str
    room: str
    bank: int
    segment: int
    code: str
    raw: str | None
    at: datetime
    status: TripStatus
    said: Mapping[str, str]
    """What every interlock said at that moment."""
    request: MotionRequest | None
    """What was under way."""
    story: tuple[SteelTold, ...]
    after: tuple[MotionRequest, ...]
    """The next requests of the segment, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStep:
    """A step of a proposal to move banks of a room."""

    id: str
    program: Program
    status: str
    at: datetime
    proposed_by: Actor | None
    started_by: Actor | None
    warning_ends: datetime | None
    why: str | None
    actor: Actor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStep:
    """A device went away or came back."""

    device: str
    status: Literal["down", "up"]
    at: datetime
    why: str | None


HistoryEntry = MotionRequest | SteelTold | ProgramStep | DeviceStep


TurnStatus = Literal["waiting", "offered", "used", "lapsed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Somebody's place in the queue for an aisle that another person holds."""

    id: str
    room: str
    bank: int
    segment: int
    aisle: int
    user: Actor
    purpose: str | None
    asked_at: datetime
    status: TurnStatus
    offered_until: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentHolds:
    """Who holds what in a segment now, and how many of its aisles can be open at once."""

    holds: Mapping[int, Actor]
    gaps: int
