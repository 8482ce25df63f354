"""Values of the request ledger. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from drivers.messages import RequestStatus, Verb

LedgerStatus = RequestStatus | Literal["asked", "unanswered"]
"""What a room says, and before it says anything: asked, or not answered in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionStep:
    """A step of a request. `code` tells why it was refused or failed."""

    status: LedgerStatus
    code: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionRequest:
    """A request for motion and what became of it."""

    id: str
    room: str
    verb: Verb
    bank: int
    segment: int | None
    aisle: int | None
    actor_id: str
    actor_name: str
    origin: Literal["controller", "bank_page"]
    purpose: str | None
    status: LedgerStatus
    code: str | None
    asked_at: datetime
    changed_at: datetime
    steps: tuple[MotionStep, ...] = ()
