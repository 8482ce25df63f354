"""What happened, in the past tense. `at_s` is the room's monotonic clock when it was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drivers.messages import Actor, HoldVerb, LockOutVerb, Origin, SettingVerb
from drivers.readings import BankReading, SegmentReading
from drivers.room.motion.segment import Asked


@dataclass(frozen=True, slots=True)
class RequestArrived:
    """A person asks for motion; `asked.at_s` is when it arrived."""

    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPressed:
    """Somebody at the bank starts the armed request that `request_id` names.

    A button knows no name, so the request's own person counts; only the page can vouch.
    """

    at_s: float
    request_id: str
    via: Literal["button", "badge", "page"]
    actor: Actor | None = None
    vouched: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingAsked:
    """A person asks for a setting of the controller, which moves nothing."""

    at_s: float
    request_id: str
    verb: SettingVerb
    actor: Actor
    origin: Origin
    ttl_s: float
    seen_at_s: float | None
    """When this room took the view its sender looked at; `None` if it never took such a view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAsked:
    """A person gives up, offers or takes over a held aisle; at the bank also somebody else's."""

    at_s: float
    request_id: str
    verb: HoldVerb
    aisle: int | None
    """None: the one that can be meant."""
    actor: Actor
    origin: Origin
    to: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOutAsked:
    """A person wants a column never to move, or to move again."""

    at_s: float
    request_id: str
    verb: LockOutVerb
    column: int
    actor: Actor
    origin: Origin
    reason: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingEnded:
    """What became of SetSteel on the wire; `not_sent` is certain, `unknown` is not."""

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
    """A named person on site, known by badge or PIN on a device of this room, found it fit.

    After a power cut a look is not enough: the person has walked round.
    """

    at_s: float
    request_id: str
    actor: Actor
    what: Literal["fit", "walked"] = "fit"


Event = (
    RequestArrived
    | StartPressed
    | SettingAsked
    | HoldAsked
    | LockOutAsked
    | StopAsked
    | InterlocksRead
    | InterlocksNotRead
    | SteelRead
    | Reconnected
    | WriteEnded
    | SettingEnded
    | TimePassed
    | LinkLost
    | AgentBroke
    | Confirmed
)
