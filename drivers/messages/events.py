"""What happened in a room: told once, in order, and kept for ever by the archive."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from drivers.messages.climate import AirContactChanged, UnitDecided
from drivers.messages.parts import Actor, Epc, Identifier, Message, Text, Zone
from drivers.messages.requests import Origin, RequestStatus, Verb
from drivers.messages.states import ProgramState


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
    """A tag has left its zone; `holder` held the zone's aisle open at that time.

    `last_at` is when it was last heard there; None: not since the room started, or an older room.
    """

    kind: Literal["box_gone"] = "box_gone"
    epc: Epc
    zone: Zone
    confidence: float
    reader: Identifier
    holder: Actor | None = None
    last_at: AwareDatetime | None = None


class DoorRead(Message):
    """What one antenna at a door heard of one tag, put together over a moment."""

    antenna: int
    side: Literal["inside", "outside"] | None
    at: AwareDatetime
    rssi_dbm: float | None
    """Of the strongest of these reads."""
    count: int


class DoorPassed(_Event):
    """A tag went through a door, or came near it and nobody knows which way it went."""

    kind: Literal["door_passed"] = "door_passed"
    door: Identifier
    epc: Epc
    direction: Literal["out", "in", "unsure"]
    confidence: float
    reader: Identifier
    known: bool
    """Whether the room's list of homes has this tag."""
    allowed: bool
    """Whether the room's list of loans lets it leave."""
    alarmed: bool
    """A known tag went out and nothing allowed it; the sounder was switched on at once."""
    loans_age_s: float | None
    """How old the list of loans was; None: the room had none."""
    first_at: AwareDatetime
    last_at: AwareDatetime
    reads: Annotated[tuple[DoorRead, ...], Field(max_length=50)] = ()


class DoorMissed(_Event):
    """A tag of ours came near a door, may not leave, and nothing in the room has heard it since."""

    kind: Literal["door_missed"] = "door_missed"
    door: Identifier
    epc: Epc
    reader: Identifier
    """The reader that heard it last."""
    last_at: AwareDatetime


class DoorSilenced(_Event):
    """Somebody silenced what sounded at a door; at the bank's page nobody is asked for a name."""

    kind: Literal["door_silenced"] = "door_silenced"
    door: Identifier
    actor: Actor


class TagWritten(_Event):
    """A tag was given another number, and answered with it when it was read back."""

    kind: Literal["tag_written"] = "tag_written"
    request_id: Identifier
    reader: Identifier
    antenna: int
    epc: Epc
    """What it answered before."""
    new_epc: Epc
    locked: bool
    actor: Actor


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
    said: dict[str, str] = Field(default={})
    """What every interlock said at that moment."""

    @property
    def found_fit(self) -> bool:
        """Whether a person found the steel fit, and did not just look into an aisle for another."""
        looked = ("hold_released", "lock_out_lifted")
        return self.kind == "steel_confirmed" and self.why not in looked


class ProgramChanged(_Event):
    """A proposal to move banks went one step further."""

    kind: Literal["program_changed"] = "program_changed"
    program: ProgramState
    actor: Actor | None = None


class DeviceChanged(_Event):
    """A device went away or came back; told once each."""

    kind: Literal["device_down", "device_up"]
    device: Identifier
    why: Text | None = None


Event = Annotated[
    BoxSeen
    | BoxMoved
    | BoxGone
    | DoorPassed
    | DoorMissed
    | DoorSilenced
    | TagWritten
    | RequestChanged
    | SteelHalted
    | ProgramChanged
    | DeviceChanged
    | UnitDecided
    | AirContactChanged,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
