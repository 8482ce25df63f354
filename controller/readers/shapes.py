"""What the API shows of readers, benches and doors."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from config.parts import Words
from controller.holdings.shapes import BearerView, ItemView
from controller.tags.shapes import SchemeView
from drivers.messages import AntennaFacts, DoorRead


class ReaderView(BaseModel):
    """A reader of the room file, and how it is as far as the room says."""

    id: str
    driver: str
    online: bool
    why_offline: str | None
    """For a technician, in the words of the room."""
    offline_code: str | None
    """What kind of failure it is, for a page that words it."""
    address: str
    """Where the room file says that it is: `host:port`, or the path of a serial line."""
    at: datetime | None
    """When the room said so; null if it never did."""
    heard_at: datetime | None
    """When it last answered; null if that is not known."""
    model: str | None
    firmware: str | None
    region: str | None
    region_unconfirmed: bool
    """We have the channels of this region from makers' manuals only; see docs/tags.md."""
    temperature_c: float | None
    reads_per_s: float
    garbled: int
    """Frames that could not be read and were skipped, since it was connected."""
    skipped_bytes: int
    """Bytes that belonged to no frame."""
    repeated: int
    """Answers that came twice or to no question."""
    clock_jumps: int
    """How often its own clock jumped."""
    last_error: str | None
    antennas: list[AntennaFacts]


class ReadersView(BaseModel):
    """All readers of a room."""

    readers: list[ReaderView]


class BenchTagView(BaseModel):
    """A tag before an antenna, and what it means here."""

    epc: str
    rssi_dbm: float | None
    reads: int
    seen_at: datetime
    item: BearerView | None
    tag: Literal["current", "replaced", "unknown"]
    scheme: SchemeView | None


class BenchView(BaseModel):
    """What lies before an antenna now; `at` is null while the room shows nothing of it."""

    at: datetime | None
    tags: list[BenchTagView]


class WatchView(BaseModel):
    """Until when the room goes on showing an antenna."""

    until: datetime


class SilencedView(BaseModel):
    """The room took it."""

    door: str


class ActorView(BaseModel):
    """Who did something; `at-the-bank` is somebody at a bank's page, who is not asked."""

    id: str
    name: str


class SilencedByView(BaseModel):
    """Who silenced a door, and when."""

    by: ActorView
    at: datetime


class DoorView(BaseModel):
    """A door of the room file and its sounder, as far as the room says."""

    door: str
    name: Words
    has_sounder: bool
    sounding: bool | None = None
    """Null: the room is silent, or the door has no sounder."""
    obeys: bool | None = None
    """False: the sounder did not switch when it was told to."""
    silenced: SilencedByView | None = None


class DoorsView(BaseModel):
    """All doors of a room."""

    doors: list[DoorView]


class ItemCode(BaseModel):
    """A box or file by its code alone, for those who may not read what is in it."""

    kind: Literal["box", "file"]
    code: str


class PassageView(BaseModel):
    """A tag at a door."""

    id: int
    room: str
    at: datetime
    first_at: datetime
    last_at: datetime
    door: str
    direction: Literal["out", "in", "unsure"]
    confidence: float
    epc: str
    reader: str
    item: ItemView | ItemCode | None
    """What bore the tag when it passed; where that is now."""
    known: bool
    allowed: bool
    alarmed: bool
    loans_age_s: float | None
    reads: list[DoorRead]


class PassagesView(BaseModel):
    """Passages, newest first; `more` if there are older ones."""

    passages: list[PassageView]
    more: bool
