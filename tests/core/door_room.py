"""The small room with a door: a reader on both sides of it, a beam, and a sounder."""

from __future__ import annotations

from config.doors import Contact, Door
from config.load import load_room, shipped_room
from config.parts import Words
from config.room import Antenna, LlrpReader, Room, TcpAddress

SMALL = load_room(shipped_room("small"))
READER = LlrpReader(
    driver="rfid.llrp",
    id="reader-9",
    at=TcpAddress(host="127.0.0.1", port=5085),
    antennas=(
        Antenna(antenna=1, covers="door", side="inside"),
        Antenna(antenna=2, covers="door", side="outside"),
    ),
)
DOOR = Door(
    door="door",
    name=Words(zh="库房门", en="Door"),
    beam=Contact(device=READER.id, number=1),
    sounder=Contact(device=READER.id, number=2),
)


def room_with_door() -> Room:
    """Make the room, checked as a room file is."""
    devices = (*SMALL.devices, READER)
    raw = SMALL.model_copy(update={"devices": devices, "doors": (DOOR,)})
    return Room.model_validate(raw.model_dump())
