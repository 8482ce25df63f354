"""What may be asked of a room, and what it answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from drivers.messages.parts import Actor, Identifier, Message, Payload, Text

RequestStatus = Literal["armed", "accepted", "refused", "started", "done", "failed", "expired"]
"""`armed`: the room took it and waits for somebody to start it at the bank."""
Origin = Literal["controller", "bank_page", "start_button", "program"]
MotionVerb = Literal["open_aisle", "close_all", "ventilate", "park"]
"""park is close_all, then lock, then sleep where the controller can."""
SettingVerb = Literal["lock", "unlock", "sleep", "wake"]
HoldVerb = Literal["release", "hand_over", "take_over"]
LockOutVerb = Literal["lock_out", "lift_lock_out"]
ProgramVerb = Literal["propose", "cancel"]
Verb = Literal[
    "open_aisle",
    "close_all",
    "ventilate",
    "park",
    "stop",
    "lock",
    "unlock",
    "sleep",
    "wake",
    "release",
    "hand_over",
    "take_over",
    "lock_out",
    "lift_lock_out",
    "propose",
    "cancel",
]
Program = Literal["night_closing", "ventilation"]
WHOLE_ROOM = 0
"""Stands for the bank where a verb means the whole room: propose, cancel."""


class Saw(Message):
    """Which state a sender looked at when asking."""

    boot_id: Identifier
    version: int


class Request(Payload):
    """A wish for motion. Never retained, never queued: it expires."""

    id: Identifier
    verb: Verb
    bank: Annotated[int, Field(ge=0)]
    segment: int | None = None
    aisle: int | None = None
    column: int | None = None
    """For lock_out and lift_lock_out."""
    to: Actor | None = None
    """For hand_over."""
    program: Program | None = None
    """For propose."""
    reason: Text | None = None
    """For lock_out, in the person's own words."""
    vouched: frozenset[str] = frozenset()
    """Interlocks nobody's sensor sees, confirmed for this one request; at the bank only."""
    actor: Actor
    ttl_s: Annotated[float, Field(gt=0, le=10)]
    saw: Saw | None = None
    """Needed for every verb that moves steel, sets a lock or sends it to sleep."""


class Reply(Payload):
    """What became of a request; sent anew at each step."""

    request_id: Identifier
    status: RequestStatus
    code: str | None = None
    detail: dict[str, str | int | float] = Field(default={})
    at: AwareDatetime
