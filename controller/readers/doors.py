"""Shows the doors of a room: whether their sounders sound, and who silenced them."""

from __future__ import annotations

from typing import Protocol

from config.room import Room
from controller.readers.shapes import ActorView, DoorView, SilencedByView
from drivers.messages import DoorState


class DoorStates(Protocol):
    """Says what a room showed last of a door, and whether the room is heard now."""

    def __call__(self, room: str, door: str) -> tuple[DoorState | None, bool]: ...


def list_doors(room: Room, states: DoorStates) -> list[DoorView]:
    """Show every door of a room file; of one that the room is silent about nothing is known."""
    return [
        _show(
            DoorView(door=door.door, name=door.name, has_sounder=door.sounder is not None),
            *states(room.room, door.door),
        )
        for door in room.doors
    ]


def _show(door: DoorView, state: DoorState | None, heard: bool) -> DoorView:
    if state is None or not door.has_sounder:
        return door
    silenced = None
    if state.silenced_by is not None and state.silenced_at is not None:
        by = ActorView(id=state.silenced_by.id, name=state.silenced_by.name)
        silenced = SilencedByView(by=by, at=state.silenced_at)
    now = {"sounding": state.sounding, "obeys": state.obeys} if heard else {}
    return door.model_copy(update={**now, "silenced": silenced})
