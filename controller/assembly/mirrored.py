"""What subjects ask of the rooms as they are now; all of it stands in the mirror."""

from __future__ import annotations

from config.room import SHELVING, Room
from controller.alarms.model import RoomLook
from controller.context import Context
from controller.shelving.mirror import RoomMirror
from drivers.messages import BankState, DeviceState, DoorState


def find_device(mirror: RoomMirror, room: str, device: str) -> tuple[DeviceState | None, bool]:
    """Say how a device is, and whether its room is heard."""
    now = mirror.now(room)
    states = (seen.state for seen in now.devices if isinstance(seen.state, DeviceState))
    return next((s for s in states if s.device == device), None), now.link.alive


def find_door(mirror: RoomMirror, room: str, door: str) -> tuple[DoorState | None, bool]:
    """Say how a door is, and whether its room is heard."""
    now = mirror.now(room)
    states = (seen.state for seen in now.doors if isinstance(seen.state, DoorState))
    return next((s for s in states if s.device == door), None), now.link.alive


def is_online(mirror: RoomMirror, room: str, device: str) -> bool | None:
    """Say whether a device is there; `None` where nobody has told of it."""
    now = mirror.now(room)
    for seen in now.devices:
        if isinstance(seen.state, DeviceState) and seen.state.device == device:
            return now.link.alive and seen.state.online
    return None


def look_at_rooms(context: Context, mirror: RoomMirror) -> list[RoomLook]:
    """Show the alarms how all rooms are."""
    return [look_at(room, mirror) for room in context.rooms.values()]


def look_at(room: Room, mirror: RoomMirror) -> RoomLook:
    """Show the alarms how a room is; a bank that is not heard may burn unseen."""
    now = mirror.now(room.room)
    states = [seen.state for seen in now.banks if isinstance(seen.state, BankState)]
    heard = [state for state in states if now.link.alive and state.online]
    burning = frozenset(
        state.bank for state in heard if any(each.mode == "fire" for each in state.segments)
    )
    driven = {device.bank for device in room.devices if isinstance(device, SHELVING)}
    all_heard = {state.bank for state in heard} >= driven
    return RoomLook(
        room=room.room,
        alive=now.link.alive,
        fire_banks=burning if burning or all_heard else None,
    )
