"""What the room knows of one segment: its phase, its mode, who holds it, what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drivers.messages import Actor, Origin
from drivers.readings import BankReading, SegmentReading

Mode = Literal["normal", "maintenance", "locked", "fire", "ventilate", "power_fail", "degraded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What room file, device profile and driver fix for a segment."""

    segment: int
    aisles: int
    """How many aisles there are; they are numbered from 0."""
    park_aisle: int
    remote_start: bool
    interlocks_seen: frozenset[str]
    start_seen_s: float = 3.0
    end_s: float = 150.0
    fresh_s: float = 0.5
    human_s: float = 10.0
    heartbeat_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A person's wish for motion, as it arrived in the room."""

    request_id: str
    verb: Literal["open_aisle", "close_all"]
    aisle: int | None
    actor: Actor
    origin: Origin
    ttl_s: float
    at_s: float
    seen_at_s: float | None
    """When this room took the view its sender looked at; `None` if it never took such a view."""

    def deadline_s(self, human_s: float) -> float:
        """Say until when motion may begin: the person cannot have acted before seeing the view."""
        seen_at_s = self.at_s if self.seen_at_s is None else self.seen_at_s
        return min(seen_at_s, self.at_s) + min(self.ttl_s, human_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Who holds which aisle, since when on the monotonic clock."""

    aisle: int
    actor: Actor
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """The one motion write that is under way, and for whom."""

    asked: Asked
    aisle: int
    seq: int
    reset_count: int | None
    """The controller's reset counter when it was written; a change means a trip went unseen."""
    written_at_s: float
    started_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows how the steel stands."""

    why: str


@dataclass(frozen=True, slots=True)
class Open:
    """The steel stands and the gap is in these aisles."""

    aisles: frozenset[int]


@dataclass(frozen=True, slots=True)
class Moving:
    """The steel moves or was just told to."""

    from_: int | None
    to: int | None


@dataclass(frozen=True, slots=True)
class Ventilating:
    """The columns stand spread so that air can pass."""


@dataclass(frozen=True, slots=True)
class Halted:
    """The steel stopped short; a new request may move it again."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulted:
    """Nothing moves until the controller was reset at the steel and a named person confirmed."""

    why: str
    latched: bool
    """The controller itself tripped, so its own reset must be counted before a confirmation."""
    reset_count: int | None = None
    """The controller's counter when the trip was seen; `None` if it was never read."""
    reset: bool = False
    """The counter has changed since."""


Phase = Unknown | Open | Moving | Ventilating | Halted | Faulted


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Everything the rules may look at. Fresh after a start: unknown, unlinked, nothing asked."""

    limits: Limits
    phase: Phase = Unknown("never_read")
    mode: Mode = "degraded"
    linked: bool = False
    hold: Hold | None = None
    pending: Asked | None = None
    """Waits for its fresh interlock reading."""
    drive: Drive | None = None
    given_up: int | None = None
    """The seq of a motion write that was given up, but may yet reach the controller."""
    epoch: int | None = None
    reset_count: int | None = None
    """The controller's reset counter when last read, perhaps by the agent before this one."""
    bank: BankReading | None = None
    steel: SegmentReading | None = None
    beat_changed_at_s: float | None = None
    """When the controller's heartbeat was last seen to count."""
