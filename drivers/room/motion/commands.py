"""What the state machine wants done; the agent carries it out in this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.messages import Actor, RequestStatus
from drivers.ports import Fence, Order, SetLock, SetSleep


@dataclass(frozen=True, slots=True)
class ReadInterlocks:
    """Read bank and segment afresh for this request; answer with InterlocksRead or NotRead."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveTo:
    """Ask the controller once to move, as `order` says; never after `not_after_s`.

    Whatever stands before it in the same step must have succeeded; answer with WriteEnded.
    """

    request_id: str
    order: Order
    fence: Fence
    not_after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSteel:
    """Ask the controller once for a setting, never after `not_after_s`; moves nothing.

    Answer with SettingEnded.
    """

    request_id: str
    order: SetLock | SetSleep
    fence: Fence
    not_after_s: float


@dataclass(frozen=True, slots=True)
class StopMotion:
    """Stop the segment now, before anything else."""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The outcome of a write is unknown: read the segment soon; answer with SteelRead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Tell who asked, and write it down, how far the request has come."""

    request_id: str
    status: RequestStatus
    code: str | None = None
    detail: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportHalt:
    """Tell that steel stopped short of where it was asked to go."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFault:
    """Raise an alarm: the segment is faulted until a named person confirms it on site."""

    why: str
    trip_id: str
    raw: str = ""
    """The maker's own code."""
    request_id: str | None = None
    """What was under way."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What every interlock said at that moment."""


@dataclass(frozen=True, slots=True)
class ReportReset:
    """Tell that the controller itself was reset after a trip; a person still has to confirm."""

    trip_id: str
    why: str


@dataclass(frozen=True, slots=True)
class ReportConfirmed:
    """Tell that a named person on site confirmed, released or lifted something."""

    actor: Actor
    why: str
    trip_id: str | None = None


Command = (
    ReadInterlocks
    | DriveTo
    | SetSteel
    | StopMotion
    | ReadBack
    | Answer
    | ReportHalt
    | ReportFault
    | ReportReset
    | ReportConfirmed
)
