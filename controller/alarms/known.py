"""What of a room its alarms may speak of: whatever else they name has left the site. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from config.room import Room, SensorInputs
from controller.alarms.causes import device_of
from controller.alarms.kinds import DEVICE_DOWN, UNIT_FAULT, UNIT_SILENT
from controller.alarms.model import Params

_OF_UNITS = frozenset({UNIT_SILENT, UNIT_FAULT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What stands in a room file."""

    devices: frozenset[str]
    contacts: frozenset[str]
    """Contacts of the air as alarms name them: device, stroke, input."""
    regulated: frozenset[str]
    """Units that a regulator decides about; nothing is told of others."""

    def has_lost(self, kind: str, key: str, params: Params) -> bool:
        """Say whether an alarm is about something that is no more; most are about no thing."""
        if kind == DEVICE_DOWN:
            return key not in self.devices
        device = device_of(params)
        if not kind.startswith("climate.") or device is None:
            return False
        if "input" in params:
            return key not in self.contacts
        return device not in (self.regulated if kind in _OF_UNITS else self.devices)


def known_of(room: Room) -> Known:
    """Take it from a room file."""
    modules = (device for device in room.devices if isinstance(device, SensorInputs))
    return Known(
        devices=frozenset(device.id for device in room.devices),
        contacts=frozenset(
            f"{module.id}/{contact.input}" for module in modules for contact in module.air
        ),
        regulated=frozenset(regulator.unit for regulator in room.climate.regulators),
    )
