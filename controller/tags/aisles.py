"""Says which aisle leads to a place, for lists that offer to open it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from config.addresses import parse_address
from config.geometry import AislePlace, aisle_of
from config.room import Room


def find_aisle(
    rooms: Mapping[str, Room], address: str | None
) -> tuple[str | None, AislePlace | None]:
    """Name room and aisle of a place as far as it is known: the desk is in no aisle of any room."""
    if address is None:
        return None, None
    try:
        place = parse_address(address)
    except ValueError:
        return None, None
    room = rooms.get(place.room)
    if room is None:
        return None, None
    try:
        return room.room, aisle_of(room, place)
    except (ValueError, KeyError):
        return room.room, None
