"""The payloads that room and controller exchange: versioned, strict written, tolerant read.

A reader ignores keys it does not know, so that a room one version newer still works; a released
payload stays as a golden file in tests/golden/messages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from drivers.readings import Check, Travel

Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Text = Annotated[str, Field(max_length=500)]
Epc = Annotated[str, Field(pattern=r"^[0-9A-F]{4,124}$")]
Zone = Annotated[str, Field(max_length=64)]
"""`desk`, or the beginning of a slot address."""

HEARTBEAT_S = 3.0
"""How often an agent says that it lives; silent for three of these, it counts as away."""


class Message(BaseModel):
    """Anything that crosses the link."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Payload(Message):
    """The outermost object of a message; `v` is the version of the link's language."""

    v: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Write the payload as JSON."""
        return self.model_dump_json().encode()


class Actor(Message):
    """Who asked. `id` is opaque; `name` is what colleagues call them, never a citizen."""

    id: Identifier
    name: Annotated[str, Field(min_length=1, max_length=60)]


class Status(Payload):
    """Last will (alive false) and heartbeat of an agent; alive means a young heartbeat."""

    alive: bool
    boot_id: Identifier
    at: AwareDatetime
    outbox_waiting: int = 0
    sets: dict[str, int] = {}
    """Version of each assigned set the agent holds."""


class Hold(Message):
    """Who holds an aisle, and since when; `offered_to` may take it over."""

    aisle: int
    actor: Actor
    since: AwareDatetime
    offered_to: Actor | None = None


class LockOut(Message):
    """A column that must not move, in a person's name."""

    column: int
    actor: Actor
    since: AwareDatetime
    reason: Text = ""


class OwnLock(Message):
    """A lock that was set through this program, and by whom."""

    actor: Actor
    since: AwareDatetime


class Armed(Message):
    """A request that waits for somebody at the bank to start it."""

    request_id: Identifier
    verb: str
    aisle: int | None = None
    actor: Actor
    until: AwareDatetime


class TripState(Message):
    """What a controller reports as hindering it; `code` stands in drivers/trips.py."""

    id: Identifier
    """Names this trip in the events that tell its story."""
    code: str
    raw: str
    since: AwareDatetime
    needs: Literal["reset", "confirmation", "walk_round"]
    """What comes next: the controller's own reset, then a named person at the steel."""


class Hindrance(Message):
    """A protection that forbids motion now and ends by itself, once its cause is gone."""

    code: str
    """Stands in drivers/trips.py."""
    raw: str


class ProgramState(Message):
    """A proposal to move all banks while nobody is in the room, and how far it has come."""

    id: Identifier
    program: Literal["night_closing", "ventilation"]
    status: Literal["proposed", "warning", "running", "done", "cancelled", "broken"]
    proposed_by: Actor | None = None
    """None: the calendar."""
    started_by: Actor | None = None
    at: AwareDatetime
    """When it came to this status."""
    warning_ends: AwareDatetime | None = None
    why: str | None = None
    """Code of what broke or cancelled it."""


class Interlock(Message):
    """One reason why steel may or may not move, with the age of the reading."""

    name: str
    check: Check
    age_ms: int | None
    seen_by: Literal["controller", "sensor", "nobody"] = "controller"
    """Nobody: a named person at the bank must confirm it for each request."""


class SegmentState(Message):
    """A segment as the room sees it."""

    segment: int
    phase: Literal["unknown", "open", "moving", "ventilating", "halted", "faulted"]
    mode: Literal[
        "normal", "maintenance", "locked", "fire", "ventilate", "power_fail", "degraded"
    ] = "normal"
    aisle: int | None = None
    aisles: tuple[int, ...] = ()
    """All open aisles; `aisle` is the first."""
    target: int | None = None
    remaining_s: float = 0
    why: str | None = None
    """Code of the halt or fault."""
    hold: Hold | None = None
    holds: tuple[Hold, ...] = ()
    """All holds; `hold` is the first."""
    lock: Literal["unlocked", "locked", "unknown"] = "unlocked"
    """What the controller says."""
    own_lock: OwnLock | None = None
    sleep: Literal["awake", "asleep", "unknown"] = "awake"
    armed: Armed | None = None
    trip: TripState | None = None
    hindrance: Hindrance | None = None
    request_id: str | None = None
    interlocks: tuple[Interlock, ...] = ()


class ColumnState(Message):
    """Where a column stands, from the bank's own edge."""

    column: int
    position_mm: int | None
    """None: the controller does not say."""
    travel: Travel
    trip: str | None = None


class BankState(Payload):
    """Retained snapshot of a bank. `version` grows with every change of what people may rely on."""

    kind: Literal["bank"] = "bank"
    device: Identifier
    bank: int
    boot_id: Identifier
    version: int
    age_ms: int
    """Age of the oldest reading in here when it was sent."""
    at: AwareDatetime
    online: bool
    why_offline: str | None = None
    simulated: bool
    segments: tuple[SegmentState, ...]
    columns: tuple[ColumnState, ...]
    lock_outs: tuple[LockOut, ...] = ()
    guarantee: Literal["fenced", "acknowledged", "polled"] = "fenced"
    orders: tuple[str, ...] = ()
    """What may be asked here: open_aisle, close_all, ventilate, lock, sleep, wake, stop."""
    commissioned: bool = True
    """False: nobody has signed a moving test of this bank, so nothing moves."""
    start: Literal["at_bank", "remote"] = "remote"
    cycle_s: float | None = None
    """How long the last full round of readings took."""
    cycle_budget_s: float | None = None
    """How long the wire needs for one at least."""


class RoomState(Payload):
    """Retained snapshot of what concerns a whole room."""

    kind: Literal["room"] = "room"
    device: Identifier
    """`room`."""
    boot_id: Identifier
    version: int
    at: AwareDatetime
    program: ProgramState | None = None


class DeviceState(Payload):
    """Retained snapshot of a reader or probe."""

    kind: Literal["device"] = "device"
    device: Identifier
    boot_id: Identifier
    version: int
    at: AwareDatetime
    online: bool
    why_offline: str | None = None


State = BankState | RoomState | DeviceState
STATE: TypeAdapter[State] = TypeAdapter(Annotated[State, Field(discriminator="kind")])


class Sample(Message):
    """One climate sample."""

    at: AwareDatetime
    temperature_c: float
    humidity_pct: float


class Telemetry(Payload):
    """A batch of samples of one device, in an order of its own."""

    device: Identifier
    outbox: Identifier
    seq: int
    """Sequence number of the last sample in the batch."""
    samples: Annotated[tuple[Sample, ...], Field(min_length=1, max_length=500)]


class _Event(Message):
    at: AwareDatetime


class BoxSeen(_Event):
    """A tag that was nowhere is now in a zone."""

    kind: Literal["box_seen"] = "box_seen"
    epc: Epc
    zone: Zone
    confidence: float
    reader: Identifier


class BoxMoved(_Event):
    """A tag is in another zone than before."""

    kind: Literal["box_moved"] = "box_moved"
    epc: Epc
    from_zone: Zone
    zone: Zone
    confidence: float
    reader: Identifier


class BoxGone(_Event):
    """A tag has left its zone; `holder` held the zone's aisle open at that time."""

    kind: Literal["box_gone"] = "box_gone"
    epc: Epc
    zone: Zone
    confidence: float
    reader: Identifier
    holder: Actor | None = None


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


class RequestChanged(_Event):
    """A request went one step further; the first of these carries what was asked."""

    kind: Literal["request_changed"] = "request_changed"
    request_id: Identifier
    status: RequestStatus
    code: str | None = None
    verb: Verb
    bank: int
    segment: int | None = None
    aisle: int | None = None
    column: int | None = None
    to: Actor | None = None
    reason: Text | None = None
    vouched: tuple[str, ...] = ()
    """Interlocks that the person at the bank confirmed for this one request."""
    actor: Actor
    origin: Origin


class SteelHalted(_Event):
    """Steel stopped short, tripped, was reset, or was confirmed fit by a named person on site."""

    kind: Literal["steel_halted", "steel_faulted", "steel_reset", "steel_confirmed"]
    bank: int
    segment: int
    why: str
    actor: Actor | None = None
    trip_id: Identifier | None = None
    """The same in all events of one trip."""
    raw: str | None = None
    """The maker's own code."""
    request_id: Identifier | None = None
    """What was under way when it happened."""
    said: dict[str, str] = {}
    """What every interlock said at that moment."""

    @property
    def found_fit(self) -> bool:
        """Whether a person found the steel fit, and did not just look into an aisle for another."""
        looked = ("hold_released", "lock_out_lifted")
        return self.kind == "steel_confirmed" and self.why not in looked


class ProgramChanged(_Event):
    """A proposal to move all banks went one step further."""

    kind: Literal["program_changed"] = "program_changed"
    program: ProgramState
    actor: Actor | None = None


class DeviceChanged(_Event):
    """A device went away or came back; told once each."""

    kind: Literal["device_down", "device_up"]
    device: Identifier
    why: Text | None = None


Event = Annotated[
    BoxSeen | BoxMoved | BoxGone | RequestChanged | SteelHalted | ProgramChanged | DeviceChanged,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Sequenced(Message):
    """An event with its place in the outbox; the body stays raw until known to be readable."""

    seq: Annotated[int, Field(ge=1)]
    body: dict[str, object]


class EventBatch(Payload):
    """Events in outbox order. `outbox` changes only if an agent lost its disk."""

    outbox: Identifier
    oldest: int = 1
    """The smallest sequence number the outbox still holds: nothing older can come any more."""
    events: Annotated[tuple[Sequenced, ...], Field(min_length=1, max_length=200)]


class Ack(Payload):
    """All events of an outbox up to `seq` are stored, with their effect; what follows is wanted.

    For telemetry, the batch that ended with `seq` is stored.
    """

    outbox: Identifier
    stream: Literal["event", "telemetry"] = "event"
    seq: int


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
    detail: dict[str, str | int | float] = {}
    at: AwareDatetime


class Manifest(Payload):
    """What the agent should hold of a set."""

    assigned_set: Literal["homes"] = "homes"
    version: int
    count: int
    chunks: int
    sha256: str
    """Of all rows in order, by `homes_digest`."""


class Home(Message):
    """Where a box belongs, by its tag. No title, no name: a room needs none."""

    epc: Epc
    box_code: Annotated[str, Field(max_length=64)]
    shelf: Zone
    order_mm: int


class Fetch(Payload):
    """The agent asks for one chunk of a version."""

    version: int
    chunk: int


class Chunk(Payload):
    """A chunk of a set; the version tells whether it still fits."""

    version: int
    chunk: int
    rows: tuple[Home, ...]


def wire_time(moment: datetime) -> datetime:
    """Cut a time to the millisecond, which is all the link promises."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def homes_digest(homes: Iterable[Home]) -> str:
    """Hash what a home says, not how it was written, so that a newer writer's keys do no harm."""
    digest = hashlib.sha256()
    for home in homes:
        digest.update(f"{home.epc} {home.box_code} {home.shelf} {home.order_mm}\n".encode())
    return digest.hexdigest()
