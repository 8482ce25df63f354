"""Doors of a room that are watched for tags, and what is wired to them. Frozen, no I/O."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.parts import Part, Words
from config.wires import DeviceId


class Contact(Part):
    """One input or output of a device of this room, by its number there."""

    device: DeviceId
    """An LLRP reader, or for inputs an `input.modbus`, for outputs an `output.modbus`."""
    number: Annotated[int, Field(ge=0, le=0xFFFF)]
    on_when: Literal[0, 1] = 1
    """The level that means: the beam is broken, the sounder sounds."""


class Door(Part):
    """A door whose antennas tell which tags leave; with one antenna a beam tells the direction."""

    door: Annotated[str, Field(pattern=r"^door(-[1-9])?$")] = "door"
    """What antennas call it in their `covers`."""
    name: Words
    rssi_dbm: Annotated[int, Field(ge=-90, le=0)] = -65
    """How strong a tag must be to count as near the door."""
    beam: Contact | None = None
    """A light beam across the doorway."""
    sounder: Contact | None = None
    """What sounds when a tag leaves without a valid loan."""
    sounds_s: Annotated[int, Field(ge=1, le=600)] = 20
