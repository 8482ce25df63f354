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
    """Who holds an aisle, and since when."""

    aisle: int
    actor: Actor
    since: AwareDatetime


class Interlock(Message):
    """One reason why steel may or may not move, with the age of the reading."""

    name: str
    check: Check
    age_ms: int | None


class SegmentState(Message):
    """A segment as the room sees it."""

    segment: int
    phase: Literal["unknown", "open", "moving", "ventilating", "halted", "faulted"]
    mode: Literal["normal", "maintenance", "fire", "power_fail", "degraded"] = "normal"
    aisle: int | None = None
    target: int | None = None
    remaining_s: float = 0
    why: str | None = None
    """Code of the halt or fault."""
    hold: Hold | None = None
    request_id: str | None = None
    interlocks: tuple[Interlock, ...] = ()


class ColumnState(Message):
    """Where a column stands, from the bank's own edge."""

    column: int
    position_mm: int
    travel: Travel
    fault_code: int = 0


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


class DeviceState(Payload):
    """Retained snapshot of a reader or probe."""

    kind: Literal["device"] = "device"
    device: Identifier
    boot_id: Identifier
    version: int
    at: AwareDatetime
    online: bool
    why_offline: str | None = None


STATE: TypeAdapter[BankState | DeviceState] = TypeAdapter(
    Annotated[BankState | DeviceState, Field(discriminator="kind")]
)


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


RequestStatus = Literal["accepted", "refused", "started", "done", "failed", "expired"]
Verb = Literal["open_aisle", "close_all", "stop"]


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
    actor: Actor
    origin: Literal["controller", "bank_page"]


class SteelHalted(_Event):
    """Steel stopped short, tripped, or was confirmed fit again by a named person on site."""

    kind: Literal["steel_halted", "steel_faulted", "steel_confirmed"]
    bank: int
    segment: int
    why: str
    actor: Actor | None = None


class DeviceChanged(_Event):
    """A device went away or came back; told once each."""

    kind: Literal["device_down", "device_up"]
    device: Identifier
    why: Text | None = None


Event = Annotated[
    BoxSeen | BoxMoved | BoxGone | RequestChanged | SteelHalted | DeviceChanged,
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
    bank: int
    segment: int | None = None
    aisle: int | None = None
    actor: Actor
    ttl_s: Annotated[float, Field(gt=0, le=10)]
    saw: Saw | None = None
    """Needed for every verb but stop."""


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
