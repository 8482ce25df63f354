"""What happened, in the past tense. `at_s` is the room's monotonic clock when it was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drivers.messages import Actor
from drivers.readings import BankReading, SegmentReading
from drivers.room.motion.segment import Asked


@dataclass(frozen=True, slots=True)
class RequestArrived:
    """A person asks for motion; `asked.at_s` is when it arrived."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class StopAsked:
    """Somebody wants everything in this segment to stand still. Needs no right and no view."""

    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InterlocksRead:
    """The fresh reading that ReadInterlocks asked for."""

    at_s: float
    request_id: str
    bank: BankReading
    steel: SegmentReading


@dataclass(frozen=True, slots=True, kw_only=True)
class InterlocksNotRead:
    """The fresh reading failed."""

    at_s: float
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SteelRead:
    """A reading of the usual polling, or a read back."""

    at_s: float
    bank: BankReading
    steel: SegmentReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnected:
    """The first reading after the start of the agent or after the wire came back."""

    at_s: float
    bank: BankReading
    steel: SegmentReading


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteEnded:
    """What became of DriveTo on the wire; `not_sent` is certain, `unknown` is not."""

    at_s: float
    request_id: str
    outcome: Literal["ok", "unknown", "not_sent"]
    code: str | None = None
    """Why it was not sent."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock moved on."""

    at_s: float


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The wire to the bank's controller is gone."""

    at_s: float


@dataclass(frozen=True, slots=True)
class AgentBroke:
    """What serves this bank in the agent failed and starts anew; the steel was sent a stop."""

    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A named person on site, known by badge or PIN on a device of this room, found it fit."""

    at_s: float
    request_id: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReleased:
    """A named person on site looked into the held aisle and ended somebody's hold."""

    at_s: float
    request_id: str
    actor: Actor


Event = (
    RequestArrived
    | StopAsked
    | InterlocksRead
    | InterlocksNotRead
    | SteelRead
    | Reconnected
    | WriteEnded
    | TimePassed
    | LinkLost
    | AgentBroke
    | Confirmed
    | HoldReleased
)
