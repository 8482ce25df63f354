"""Retained snapshots: what the room, its banks and its devices are like now."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from drivers.messages.climate import Detail, UnitFacts
from drivers.messages.parts import Actor, Identifier, Message, Payload, Text
from drivers.messages.readers import ReaderFacts
from drivers.readings import Check, Quality, Travel


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
    """A proposal to move banks while nobody is in the room, and how far it has come."""

    id: Identifier
    program: Literal["night_closing", "ventilation"]
    status: Literal["proposed", "warning", "running", "done", "cancelled", "broken"]
    proposed_by: Actor | None = None
    """None: the calendar, or the air."""
    started_by: Actor | None = None
    at: AwareDatetime
    """When it came to this status."""
    warning_ends: AwareDatetime | None = None
    why: str | None = None
    """Code of what broke or cancelled it."""
    reason: str | None = None
    """Code of why it was proposed; None: a person or the calendar wanted it."""
    detail: dict[str, Detail] = Field(default={})
    """What the reason goes by."""


class Interlock(Message):
    """One reason why steel may or may not move, with the age of the reading."""

    name: str
    check: Check
    age_ms: int | None
    seen_by: Literal["controller", "sensor", "nobody"] = "controller"
    """Nobody: a named person at the bank must confirm it for each request."""
    quality: Quality | None = None
    """None: nobody reads it, or an older agent tells it, which does not say."""


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
    sleep: Literal["awake", "asleep", "unknown"] | None = "awake"
    """None: the controller does not report whether the drives have power."""
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
    age_ms: int | None = None
    """Age of the reading; None with a quality: never read."""
    quality: Quality | None = None
    """None: an older agent tells it, which does not say."""


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
    """Retained snapshot of a reader, probe or climate unit."""

    kind: Literal["device"] = "device"
    device: Identifier
    boot_id: Identifier
    version: int
    at: AwareDatetime
    online: bool
    why_offline: str | None = None
    """For a technician, in the words of the driver."""
    offline_code: str | None = None
    """What kind of failure it is: `not_reached`, `link_lost`, `no_reply`, `region` and so on."""
    heard_at: AwareDatetime | None = None
    """When it last answered, as far as the room noticed; None: not since the agent began."""
    reader: ReaderFacts | None = None
    """Of an RFID reader that is there."""
    climate: UnitFacts | None = None
    """Of a unit that dries, humidifies or ventilates."""


class DoorState(Payload):
    """Retained snapshot of a door that has a sounder. One door of a room has one name."""

    kind: Literal["door"] = "door"
    device: Identifier
    """What the room file calls the door."""
    boot_id: Identifier
    version: int
    at: AwareDatetime
    sounding: bool
    """Whether it is meant to sound now."""
    obeys: bool
    """False: its output did not switch when it was told to, and nobody knows what it does."""
    silenced_by: Actor | None = None
    """Who ended the latest alarm sound; None: it ended by itself, or sounds."""
    silenced_at: AwareDatetime | None = None


State = BankState | RoomState | DeviceState | DoorState
STATE: TypeAdapter[State] = TypeAdapter(Annotated[State, Field(discriminator="kind")])
