"""How RFID readers are, which tags lie before an antenna now, and which are heard as before."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from drivers.messages.parts import Epc, Identifier, Message, Payload, Text, Zone

MOST_STILL_HEARD = 500
"""So many tags at most stand in one message; there may be several of a zone."""
MOST_ON_BENCH = 200
"""So many tags at most are shown of one antenna, the strongest first."""


class AntennaFacts(Message):
    """What one antenna hears and how it is. None: the reader does not say."""

    antenna: int
    covers: Zone
    side: Literal["inside", "outside"] | None = None
    connected: bool | None = None
    reads_per_s: float = 0
    """Of the last seconds."""
    tags: int = 0
    """Different tags of its last cycle."""
    noise_dbm: float | None = None
    return_loss_db: float | None = None
    cycle_age_ms: int | None = None
    """How long ago it finished its last dwell; None: never yet."""


class ReaderFacts(Message):
    """How a reader is; its counters began with the room agent. None: it does not say."""

    model: Text | None = None
    firmware: Text | None = None
    region: Text | None = None
    temperature_c: float | None = None
    reads_per_s: float = 0
    garbled: int = 0
    """Frames that could not be read and were skipped."""
    skipped_bytes: int = 0
    """What lay between frames, or was no frame."""
    repeated: int = 0
    """Answers that came twice or to no question."""
    clock_jumps: int = 0
    """How often the reader's own clock jumped; nothing here goes by it."""
    last_error: Text | None = None
    antennas: tuple[AntennaFacts, ...] = ()


class BenchTag(Message):
    """A tag that an antenna heard just now."""

    epc: Epc
    rssi_dbm: float | None = None
    """Of the strongest read among the last; None: this reader tells none."""
    reads: int
    """Since it came before this antenna."""
    age_ms: int
    """Since it was last heard."""


class BenchState(Payload):
    """What lies before one antenna now. Not retained: it is worth nothing when it is late."""

    reader: Identifier
    antenna: int
    boot_id: Identifier
    at: AwareDatetime
    tags: Annotated[tuple[BenchTag, ...], Field(max_length=MOST_ON_BENCH)]


class TagsHeard(Payload):
    """Tags that were heard, since they were named last, in the zone where they are for long.

    It moves nothing: whatever comes, goes or moves is an event. Not kept for an archive that is
    away, because the next one says more.
    """

    at: AwareDatetime
    zone: Zone
    reader: Identifier
    confidence: float
    """That a tag is in this zone; of the least sure of them."""
    ages_s: Annotated[
        dict[Epc, Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=MOST_STILL_HEARD)
    ]
    """How long before `at` each was last heard, in seconds, rounded up."""
