"""What the room knows of one segment: its phase, its mode, who holds it, what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drivers.messages import Actor, MotionVerb, Origin, SettingVerb
from drivers.ports import Guarantee, SetLock, SetSleep
from drivers.readings import BankReading, SegmentReading

Mode = Literal["normal", "maintenance", "locked", "fire", "ventilate", "power_fail", "degraded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What room file, device profile, commissioning and driver fix for a segment.

    What nobody said yet is as it is where least is allowed: `learn` fills in the driver's part.
    """

    segment: int
    aisles: int
    """How many aisles there are; they are numbered from 0."""
    park_aisle: int
    remote_start: bool
    interlocks_seen: frozenset[str] = frozenset()
    """By the driver."""
    covered: frozenset[str] = frozenset()
    """Interlocks that our own sensors cover."""
    orders: frozenset[str] = frozenset()
    """Of open_aisle, close_all, ventilate, lock, sleep, wake: what the driver can carry out."""
    guarantee: Guarantee = Guarantee.POLLED
    stops: bool = False
    commissioned: bool = False
    """A signed moving test fits this bank; a bank that calls itself simulated needs none."""
    gaps: int = 1
    """How many aisles stand open at once."""
    first_column: int = 1
    """The segment's first movable column; there is one less of them than aisles."""
    start_seen_s: float = 3.0
    end_s: float = 150.0
    setting_s: float = 30.0
    """How long the controller may take to lock, unlock, sleep or wake."""
    late_s: float = 30.0
    """How long after its order an unnumbered command may still begin to move steel."""
    fresh_s: float = 0.5
    human_s: float = 10.0
    armed_s: float = 300.0
    walk_s: float = 600.0
    """How long a walk through the room counts for a program."""
    heartbeat_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A person's wish for motion, as it arrived in the room."""

    request_id: str
    verb: MotionVerb
    aisle: int | None
    actor: Actor
    origin: Origin
    ttl_s: float
    at_s: float
    seen_at_s: float | None
    """When this room took the view its sender looked at; `None` if it never took such a view."""
    vouched: frozenset[str] = frozenset()
    """Interlocks the person says are safe; honoured from the bank's own page only."""
    walked_at_s: float | None = None
    """When somebody walked through the room for the program that asks."""

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
    offered_to: Actor | None = None
    """Who may take it over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOut:
    """A column that must not move, in a person's name."""

    column: int
    actor: Actor
    since_s: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLock:
    """A lock that this program set at the controller, and for whom."""

    actor: Actor
    since_s: float
    watched: bool = True
    """False: there was a time when nobody here saw it, so it may have been lifted and set anew by
    somebody who stands in the aisle now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """A request that waits until somebody starts it at the bank."""

    asked: Asked
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A lock, unlock, sleep or wake that is under way; it moves nothing."""

    request_id: str
    verb: SettingVerb
    actor: Actor
    origin: Origin
    asked_at_s: float
    deadline_s: float
    """It must be written until then."""
    order: SetLock | SetSleep
    seq: int | None = None
    """None: it waits for a fresh reading."""
    written_at_s: float | None = None
    then: tuple[SettingVerb, ...] = ()
    """What follows when it is done; parking locks, then sends to sleep."""
    parks: bool = False
    """It is the end of a request to park."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """The one motion write that is under way, and for whom."""

    asked: Asked
    aisle: int | None
    """Where the gap goes; None: spread, to ventilate."""
    seq: int
    reset_count: int | None
    """The controller's reset counter when it was written; a change means a trip went unseen."""
    written_at_s: float
    started_at_s: float | None = None
    stop_asked: bool = False
    """Somebody asked for a stop that this controller does not know: it is not written any more,
    and what was written goes on."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows how the steel stands."""

    why: str
    raw: str = ""
    """The maker's own code, where it said something that the driver's table does not know."""


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
    code: str = ""
    """What it tripped by; `why` may say more."""
    reset_count: int | None = None
    """The controller's counter when the trip was seen; `None` if it was never read."""
    reset: bool = False
    """The counter has changed since; where there is none, the trip is gone."""
    walk: bool = False
    """The power was cut: somebody has to walk round before anybody knows how the steel stands."""
    trip_id: str = ""
    """The same for all that happens until a person confirms."""
    raw: str = ""
    """The maker's own code."""
    since_s: float = 0.0
    request_id: str | None = None
    """What was under way when it happened."""

    @property
    def needs(self) -> Literal["reset", "walk_round", "confirmation"]:
        """Say what comes next before anything may move."""
        if self.latched and not self.reset:
            return "reset"
        return "walk_round" if self.walk else "confirmation"


Phase = Unknown | Open | Moving | Ventilating | Halted | Faulted


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Everything the rules may look at. Fresh after a start: unknown, unlinked, nothing asked."""

    limits: Limits
    phase: Phase = Unknown("never_read")
    mode: Mode = "degraded"
    linked: bool = False
    life: str = ""
    """Names this life of the agent and this bank: the ids of its trips begin with it."""
    trips: int = 0
    """How many trips this life has seen."""
    holds: tuple[Hold, ...] = ()
    """One per open aisle at most, in the order of the aisles."""
    lock_outs: tuple[LockOut, ...] = ()
    """In the order of the columns."""
    own_lock: OwnLock | None = None
    armed: Armed | None = None
    pending: Asked | None = None
    """Waits for its fresh interlock reading."""
    drive: Drive | None = None
    setting: Setting | None = None
    given_up: int | None = None
    """The seq of a motion write that was given up, but may yet reach the controller."""
    ordered_at_s: float | None = None
    """When the last motion write that is over was written; it may be late or come twice."""
    epoch: int | None = None
    reset_count: int | None = None
    """The controller's reset counter when last read, perhaps by the agent before this one."""
    bank: BankReading | None = None
    steel: SegmentReading | None = None
    beat_changed_at_s: float | None = None
    """When the controller's heartbeat was last seen to count."""
