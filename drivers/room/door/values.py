"""What a door has, and what is told of a tag that was near it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from config.room import READERS, Room

Side = Literal["inside", "outside"]
Direction = Literal["out", "in", "unsure"]
AntennaKey = tuple[str, int]
"""Reader id and antenna number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorShape:
    """The antennas of a door, by the side on which they hang."""

    door: str
    sides: Mapping[AntennaKey, Side]
    gate_dbm: float
    """Weaker tags are not near the door."""
    has_beam: bool

    @property
    def two_sided(self) -> bool:
        """Whether antennas hang on both sides, so that they tell the direction alone."""
        return len(set(self.sides.values())) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """Reads of one tag by one antenna, put together over a moment."""

    antenna: AntennaKey
    side: Side
    at_s: float
    """When the strongest of them came."""
    rssi_dbm: float | None
    """Of the strongest."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A tag went through a door, or came near it and nobody knows which way it went."""

    door: str
    epc: str
    reader_id: str
    """The reader that heard it last."""
    direction: Direction
    confidence: float
    """Of the direction; for `unsure`, of the likelier of the two."""
    first_at_s: float
    last_at_s: float
    glimpses: tuple[Glimpse, ...]
    stayed: bool = False
    """It is unsure, but was heard inside from its beginning to its end."""


def doors_of(room: Room) -> tuple[DoorShape, ...]:
    """Read the doors out of a room file. An antenna without a side counts as inside."""
    return tuple(
        DoorShape(
            door=door.door,
            sides={
                (reader.id, antenna.antenna): antenna.side or "inside"
                for reader in room.devices
                if isinstance(reader, READERS)
                for antenna in reader.antennas
                if antenna.covers == door.door
            },
            gate_dbm=float(door.rssi_dbm),
            has_beam=door.beam is not None,
        )
        for door in room.doors
    )
