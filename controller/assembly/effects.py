"""Which subject does what an event means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from controller.alarms import doors as alarms_doors
from controller.alarms import store as alarms_store
from controller.alarms.doors import Lent
from controller.circulation.store import list_borrowers, list_file_borrowers
from controller.climate.units import store as units_store
from controller.context import Context
from controller.holdings import sightings
from controller.link.inbox import ApplyMany
from controller.live import LiveChange
from controller.readers import told as readers_told
from controller.shelving import told as shelving_told
from controller.store.engine import WriteSession
from controller.tags import heard as tags_heard
from controller.tags import settling as tags_settling
from drivers.messages import Event

LENT: Final = Lent(boxes=list_borrowers, files=list_file_borrowers)
"""Who may have things out, for the alarms of doors."""


def _in_turn(*subjects: ApplyMany) -> ApplyMany:
    """Let several subjects take the same events, in one transaction."""

    def apply_many(
        session: WriteSession, context: Context, agent: str, events: Sequence[Event]
    ) -> list[LiveChange]:
        return [each for apply in subjects for each in apply(session, context, agent, events)]

    return apply_many


_SIGHTED = partial(
    sightings.apply_many, borrowers=list_borrowers, file_borrowers=list_file_borrowers
)
_LEFT = partial(alarms_doors.apply_many, lent=LENT)
_HEARD = _in_turn(tags_settling.apply_many, _SIGHTED, tags_heard.apply_many, _LEFT)
_ALARMING = _in_turn(shelving_told.apply_many, alarms_store.apply_many)
_OF_AIR = _in_turn(units_store.apply_many, alarms_store.apply_many)

EFFECTS: Mapping[str, ApplyMany] = {
    "box_seen": _HEARD,
    "box_moved": _HEARD,
    "box_gone": _HEARD,
    "door_passed": _in_turn(_SIGHTED, readers_told.apply_many, _LEFT),
    "door_missed": _in_turn(readers_told.apply_many, _LEFT),
    "door_silenced": readers_told.apply_many,
    "tag_written": tags_settling.apply_many,
    "request_changed": shelving_told.apply_many,
    "steel_halted": _ALARMING,
    "steel_faulted": _ALARMING,
    "steel_reset": _ALARMING,
    "steel_confirmed": _ALARMING,
    "program_changed": _ALARMING,
    "device_down": _ALARMING,
    "device_up": _ALARMING,
    "unit_decided": _OF_AIR,
    "air_contact_changed": _OF_AIR,
}
"""By the kind of the event."""
